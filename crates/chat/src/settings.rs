//! How a workspace is set up, as far as the use cases depend on it.

use chatterbox_domain::password;
use chatterbox_domain::rate::Quota;
use chrono::TimeDelta;

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUp {
    /// Everybody.
    Open,
    /// Nobody, except the first person.
    Closed,
}

/// What an operator decides about accounts, messages and limits.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who may make an account.
    pub sign_up: SignUp,
    /// The fewest characters of a new password.
    pub password_min_chars: usize,
    /// How long a session lives without being refreshed.
    pub session_lifetime: TimeDelta,
    /// How much of what is allowed in how much time.
    pub quotas: Quotas,
    /// Changes sent one by one to a client that comes back, per room; with more it is told to load the room again.
    pub resume_per_room: i64,
    /// The same over all its rooms.
    pub resume_in_total: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sign_up: SignUp::Open,
            password_min_chars: password::DEFAULT_MIN_CHARS,
            session_lifetime: TimeDelta::days(30),
            quotas: Quotas::default(),
            resume_per_room: 1_000,
            resume_in_total: 5_000,
        }
    }
}

/// Limits on attempts.
#[derive(Clone, Copy, Debug)]
pub struct Quotas {
    /// Failed sign-ins and password changes for one account, whoever tries.
    pub sign_in_per_account: Quota,
    /// Failed sign-ins from one address, whichever the account.
    pub sign_in_per_address: Quota,
    /// New accounts from one address.
    pub sign_up_per_address: Quota,
    /// Messages and edits of one person.
    pub messages: Quota,
}

impl Default for Quotas {
    fn default() -> Self {
        let quota = |burst, interval| Quota { burst, interval };
        Self {
            sign_in_per_account: quota(8, TimeDelta::seconds(60)),
            sign_in_per_address: quota(30, TimeDelta::seconds(10)),
            sign_up_per_address: quota(20, TimeDelta::seconds(60)),
            messages: quota(40, TimeDelta::milliseconds(400)),
        }
    }
}
