//! People and what they may do.

use crate::clock::Timestamp;
use crate::ids::UserId;

/// What an account may do in the whole workspace, from most to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything; the first account is one.
    Owner,
    /// Everything but what concerns owners.
    Admin,
    /// Moderation.
    Moderator,
    /// Talking.
    Member,
}

impl Role {
    /// All roles, from most to least.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Moderator, Self::Member];

    /// The name used in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Moderator => "moderator",
            Self::Member => "member",
        }
    }

    /// The role called `name`, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether this role reads what administrators read: the accounts with their e-mail addresses.
    pub fn administers(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }
}

/// An account as other people may see it; the e-mail address is not among it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The account.
    pub id: UserId,
    /// Its unique name.
    pub username: String,
    /// The name shown beside messages.
    pub display_name: String,
    /// What it may do.
    pub role: Role,
    /// A few words about the person.
    pub about: String,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the person's last session went offline; `None` before the first time.
    pub last_seen_at: Option<Timestamp>,
}
