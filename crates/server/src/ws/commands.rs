//! What a session may ask for, over the use cases.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;

use actix_web::web::Data;
use chatterbox_chat::messages::Draft;
use chatterbox_chat::resume::Missed;
use chatterbox_chat::{Caller, ChatError};
use chatterbox_domain::{ClientKey, Denial, FieldError, MessageId, RoomId, UserId};
use chatterbox_protocol::client_frame::{MessageDelete, MessageEdit, MessageSend, PlainMessage, Read};
use chatterbox_realtime as realtime;
use chatterbox_realtime::{Answer, Commands, Refused, Snapshot};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::app::App;
use crate::http::error::refused;
use crate::http::messages::post::draft;

/// The use cases, bound to one session.
pub(super) struct ChatCommands {
    app: Data<App>,
    caller: Caller,
    /// Resolves when the change before this one is done: changes look their message up first, so only waiting keeps
    /// two of them in the order in which they were sent.
    last_change: RefCell<Option<oneshot::Receiver<()>>>,
}

impl ChatCommands {
    pub(super) fn new(app: Data<App>, caller: Caller) -> Self {
        Self {
            app,
            caller,
            last_change: RefCell::new(None),
        }
    }

    /// Runs `change` after all changes that were asked for before it.
    fn in_turn<F>(&self, change: F) -> impl Future<Output = Result<Answer, Refused>> + 'static
    where
        F: Future<Output = Result<Answer, Refused>> + 'static,
    {
        let (done, next) = oneshot::channel::<()>();
        let before = self.last_change.borrow_mut().replace(next);
        async move {
            if let Some(before) = before {
                // Whether it succeeded or was given up makes no difference: its turn is over.
                let _ = before.await;
            }
            let answer = change.await;
            drop(done);
            answer
        }
    }
}

impl Commands for ChatCommands {
    fn rooms(&self) -> impl Future<Output = Result<Vec<RoomId>, Refused>> + 'static {
        let (app, caller) = (self.app.clone(), self.caller);
        async move { app.chat.room_ids(caller).await.map_err(refused) }
    }

    fn snapshot(
        &self,
        cursors: BTreeMap<RoomId, i64>,
    ) -> impl Future<Output = Result<Snapshot, Refused>> + 'static {
        let (app, caller) = (self.app.clone(), self.caller);
        async move {
            let snapshot = app.chat.snapshot(caller, cursors).await.map_err(refused)?;
            let missed = snapshot.missed.into_iter().map(|(room, missed)| match missed {
                Missed::Messages(messages) => (room, realtime::Missed::Messages(messages)),
                Missed::TooMuch => (room, realtime::Missed::TooMuch),
            });
            Ok(Snapshot {
                me: snapshot.me,
                rooms: snapshot.rooms,
                missed: missed.collect(),
            })
        }
    }

    fn send_message(&self, request: MessageSend) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        let MessageSend {
            room_id,
            client_key,
            body,
            reply_to,
            attachments,
            ..
        } = request;
        let sent = draft(
            room_id,
            &client_key,
            body,
            reply_to.is_some(),
            !attachments.is_empty(),
        )
        .map(|draft| self.app.chat.send_message(self.caller, draft));
        async move {
            let message = sent.map_err(Refused::from)?.await.map_err(refused)?;
            Ok(Answer {
                message: Some(message),
            })
        }
    }

    fn send_plain(&self, request: PlainMessage) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        let (app, caller) = (self.app.clone(), self.caller);
        self.in_turn(async move {
            let message = send_plain(&app, caller, request).await.map_err(refused)?;
            Ok(Answer {
                message: Some(message),
            })
        })
    }

    fn edit_message(&self, request: MessageEdit) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        let (app, caller) = (self.app.clone(), self.caller);
        self.in_turn(async move {
            let edited = app
                .chat
                .edit_message(caller, MessageId(request.message_id), request.body)
                .await;
            Ok(Answer {
                message: Some(edited.map_err(refused)?),
            })
        })
    }

    fn delete_message(
        &self,
        request: MessageDelete,
    ) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        let (app, caller) = (self.app.clone(), self.caller);
        self.in_turn(async move {
            let deleted = app
                .chat
                .delete_message(caller, MessageId(request.message_id))
                .await;
            Ok(Answer {
                message: Some(deleted.map_err(refused)?),
            })
        })
    }

    fn mark_read(&self, request: Read) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        let (app, caller) = (self.app.clone(), self.caller);
        async move {
            app.chat
                .mark_read(caller, RoomId(request.room_id), request.seq)
                .await
                .map_err(refused)?;
            Ok(Answer::default())
        }
    }
}

/// Posts to everybody, or to one person, in a conversation that is opened if it was not.
async fn send_plain(
    app: &App,
    caller: Caller,
    request: PlainMessage,
) -> Result<std::sync::Arc<chatterbox_domain::Message>, ChatError> {
    let PlainMessage {
        content,
        receiver_id,
        client_key,
    } = request;
    let client_key = match client_key {
        Some(text) => text.parse().map_err(|_| {
            Denial::from(FieldError::new(
                "client_key",
                "malformed",
                "client_key is a UUID that the client makes.",
            ))
        })?,
        None => ClientKey(Uuid::new_v4()),
    };
    let room_id = match receiver_id {
        Some(id) => app.chat.open_direct(caller, UserId(id)).await?.id,
        None => app.chat.lobby().await?,
    };
    app.chat
        .send_message(
            caller,
            Draft {
                room_id,
                client_key,
                body: content,
            },
        )
        .await
}
