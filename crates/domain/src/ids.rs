//! Identifiers. The database gives the numbers; they are positive and stay below 2^53, so that JavaScript can hold
//! them exactly.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The largest identifier or counter that a JSON number carries without loss in every client.
pub const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

macro_rules! numeric_id {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

numeric_id! {
    /// A person's account.
    UserId
    /// A room: the Lobby or a direct conversation.
    RoomId
    /// A message, over all rooms.
    MessageId
    /// One signed-in device of a person.
    SessionId
}

/// The sender's own name for a message, made before it is sent, so that a retry can be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientKey(pub Uuid);

impl FromStr for ClientKey {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

impl fmt::Display for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}
