//! What ChatterBox decides: pure rules over plain facts.
//!
//! Nothing in this crate reads a clock, a database, a socket or the environment, and nothing waits. A rule is a
//! function that takes a `…Facts` struct and answers with what is to be done or with a [`Denial`] that a person can
//! understand. The use cases that gather the facts and carry the decision out live in `chatterbox-chat`.

pub mod body;
pub mod clock;
pub mod denial;
pub mod email;
pub mod event;
pub mod ids;
pub mod invisible;
pub mod message;
pub mod password;
pub mod posting;
pub mod profile;
pub mod rate;
pub mod room;
pub mod session;
pub mod user;
pub mod username;

pub use body::Body;
pub use clock::{Clock, ManualClock, Timestamp};
pub use denial::{Denial, FieldError};
pub use email::Email;
pub use event::{Event, EventSink};
pub use ids::{ClientKey, MessageId, RoomId, SessionId, UserId};
pub use message::{Author, Message};
pub use profile::{About, DisplayName};
pub use room::{RoomKind, RoomSummary};
pub use session::{CallerFacts, EndReason};
pub use user::{Role, User};
pub use username::Username;
