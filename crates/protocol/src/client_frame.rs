//! What a client sends over its WebSocket: text frames, one JSON object each.

use std::collections::BTreeMap;

use chatterbox_domain::{ClientKey, RoomId};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// A request of a client. The answer, [`ok`](crate::server_frame::Ok) or [`error`](crate::server_frame::Refusal),
/// repeats its `ref`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Introduces the client; answered by `welcome`.
    Hello(Hello),
    /// Posts a message.
    MessageSend(MessageSend),
    /// Replaces the text of one's own message.
    MessageEdit(MessageEdit),
    /// Deletes one's own message.
    MessageDelete(MessageDelete),
    /// Says that the person is typing; not answered unless it is refused.
    Typing(Typing),
    /// Says up to where the person has read.
    Read(Read),
    /// Names the rooms whose typing indicators this session wants to see.
    Watch(Watch),
    /// Asks which of some people are online.
    PresenceQuery(PresenceQuery),
}

/// Introduces the client and says what it has already.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Hello {
    /// Repeated in the answer.
    #[serde(rename = "ref", default)]
    #[ts(type = "number | null", optional)]
    pub reference: Option<u64>,
    /// The protocol version that the client speaks.
    pub protocol: u32,
    /// For each room the highest `version` that the client has seen without a gap; what came after it follows the
    /// `welcome`. Rooms that are left out start from now.
    #[serde(default, deserialize_with = "cursors_by_room")]
    #[ts(type = "Record<string, number>", optional)]
    pub cursors: BTreeMap<i64, i64>,
}

/// Posts a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MessageSend {
    /// Repeated in the answer.
    #[serde(rename = "ref", default)]
    #[ts(type = "number | null", optional)]
    pub reference: Option<u64>,
    /// Where to.
    #[ts(type = "number")]
    pub room_id: i64,
    /// A UUID made by the client; sending it again is the same message.
    pub client_key: String,
    /// 1 to 4,000 characters.
    pub body: String,
    /// The message it answers; must be null in this version.
    #[serde(default)]
    #[ts(type = "number | null", optional)]
    pub reply_to: Option<i64>,
    /// Files; must be empty in this version.
    #[serde(default)]
    #[ts(type = "number[]", optional)]
    pub attachments: Vec<i64>,
}

/// Replaces the text of one's own message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MessageEdit {
    /// Repeated in the answer.
    #[serde(rename = "ref", default)]
    #[ts(type = "number | null", optional)]
    pub reference: Option<u64>,
    /// Which message.
    #[ts(type = "number")]
    pub message_id: i64,
    /// The new text, 1 to 4,000 characters.
    pub body: String,
}

/// Deletes one's own message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MessageDelete {
    /// Repeated in the answer.
    #[serde(rename = "ref", default)]
    #[ts(type = "number | null", optional)]
    pub reference: Option<u64>,
    /// Which message.
    #[ts(type = "number")]
    pub message_id: i64,
}

/// Says that the person is typing, or has stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Typing {
    /// Repeated if it is refused.
    #[serde(rename = "ref", default)]
    #[ts(type = "number | null", optional)]
    pub reference: Option<u64>,
    /// Where.
    #[ts(type = "number")]
    pub room_id: i64,
    /// False when the field became empty or the message was sent.
    #[serde(default = "yes")]
    #[ts(optional, as = "Option<bool>")]
    pub active: bool,
}

/// Says up to where the person has read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Read {
    /// Repeated in the answer.
    #[serde(rename = "ref", default)]
    #[ts(type = "number | null", optional)]
    pub reference: Option<u64>,
    /// Where.
    #[ts(type = "number")]
    pub room_id: i64,
    /// The `seq` of the last message that was read.
    #[ts(type = "number")]
    pub seq: i64,
}

/// Names the rooms that are open on the screen: only their typing indicators are sent to this session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Watch {
    /// Repeated in the answer.
    #[serde(rename = "ref", default)]
    #[ts(type = "number | null", optional)]
    pub reference: Option<u64>,
    /// At most [`Watch::MAX_ROOMS`] rooms; they replace the earlier ones.
    #[ts(type = "number[]")]
    pub room_ids: Vec<i64>,
}

impl Watch {
    /// As many panes as fit on a screen.
    pub const MAX_ROOMS: usize = 8;
}

/// Asks which of some people are online, for servers with more people than `welcome` lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PresenceQuery {
    /// Repeated in the answer.
    #[serde(rename = "ref", default)]
    #[ts(type = "number | null", optional)]
    pub reference: Option<u64>,
    /// At most [`PresenceQuery::MAX_USERS`] people.
    #[ts(type = "number[]")]
    pub user_ids: Vec<i64>,
}

impl PresenceQuery {
    /// As many people as a page of a list shows.
    pub const MAX_USERS: usize = 200;
}

/// JSON keys are strings, and serde does not turn them into numbers inside a tagged enum.
fn cursors_by_room<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<i64, i64>, D::Error> {
    let by_name = BTreeMap::<String, i64>::deserialize(deserializer)?;
    let number = |room: &str| {
        room.parse()
            .map_err(|_| D::Error::custom(format!("“{room}” is no room's id")))
    };
    by_name
        .iter()
        .map(|(room, cursor)| Ok((number(room)?, *cursor)))
        .collect()
}

fn yes() -> bool {
    true
}

impl ClientFrame {
    /// The names of all frames that a client can send.
    pub const TYPES: [&str; 8] = [
        "hello",
        "message_send",
        "message_edit",
        "message_delete",
        "typing",
        "read",
        "watch",
        "presence_query",
    ];

    /// Reads one text frame.
    ///
    /// # Errors
    /// [`FrameError`], with the `ref` of the frame if one could be read.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        // serde reads a list as an object without names, which would give meaning to `[1, 2]`.
        if !text.trim_ascii_start().starts_with('{') {
            return Err(FrameError {
                reference: None,
                code: "malformed_json",
                detail: "A frame is one JSON object in valid UTF-8.".to_owned(),
            });
        }
        serde_json::from_str(text).map_err(|error| FrameError::explain(text, &error))
    }
}

/// What the two documented sockets `/ws` and `/ws/{user_id}` also accept: an object with `content`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PlainMessage {
    /// The text.
    pub content: String,
    /// To whom; absent or null is everybody.
    #[serde(default)]
    pub receiver_id: Option<i64>,
    /// As in [`MessageSend::client_key`]; without it a retry is a second message.
    #[serde(default)]
    pub client_key: Option<String>,
}

impl PlainMessage {
    /// Reads a frame that is not a [`ClientFrame`]: it has `content` and no `type`.
    pub fn parse(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Untyped {
            r#type: Option<serde::de::IgnoredAny>,
            #[serde(flatten)]
            message: PlainMessage,
        }
        let Untyped { r#type, message } = serde_json::from_str(text).ok()?;
        r#type.is_none().then_some(message)
    }
}

/// Why a frame could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameError {
    /// The frame's `ref`, if it had one that could be read.
    pub reference: Option<u64>,
    /// `malformed_json`, `unknown_type` or `validation_failed`.
    pub code: &'static str,
    /// A sentence for the author of the client.
    pub detail: String,
}

impl FrameError {
    fn explain(text: &str, error: &serde_json::Error) -> Self {
        #[derive(Deserialize)]
        struct Envelope {
            #[serde(rename = "ref")]
            reference: Option<serde_json::Value>,
            r#type: Option<serde_json::Value>,
        }
        let Ok(envelope) = serde_json::from_str::<Envelope>(text) else {
            let detail = format!("A frame is one JSON object in valid UTF-8. {error}");
            return Self {
                reference: None,
                code: "malformed_json",
                detail,
            };
        };
        let reference = envelope.reference.and_then(|value| value.as_u64());
        // The envelope is found even where a string elsewhere is broken, by an unpaired surrogate for example.
        if !error.is_data() {
            return Self {
                reference,
                code: "malformed_json",
                detail: format!("The frame is not valid JSON: {error}"),
            };
        }
        match envelope.r#type.as_ref().and_then(|value| value.as_str()) {
            Some(name) if ClientFrame::TYPES.contains(&name) => {
                let detail = format!("The frame “{name}” is not complete: {error}");
                Self {
                    reference,
                    code: "validation_failed",
                    detail,
                }
            }
            _ => {
                let detail = format!("“type” is one of {}.", ClientFrame::TYPES.join(", "));
                Self {
                    reference,
                    code: "unknown_type",
                    detail,
                }
            }
        }
    }
}

impl MessageSend {
    /// The room and the key as the domain knows them; `None` if the key is no UUID.
    pub fn address(&self) -> Option<(RoomId, ClientKey)> {
        Some((RoomId(self.room_id), self.client_key.parse().ok()?))
    }
}
