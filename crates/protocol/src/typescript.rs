//! The TypeScript declarations of the wire, one text for the web client's `src/protocol/index.ts`.

use ts_rs::{Config, TS};

use crate::{account, client_frame, page, problem, server_frame, view};

/// All declarations, in a stable order.
pub fn declarations() -> String {
    let config = Config::default();
    let mut text = String::from(
        "// Generated from crates/protocol by `cargo xtask bless`. Do not edit.\n\n\
         /** The version of the protocol that these types describe. */\n",
    );
    text.push_str(&format!(
        "export const PROTOCOL_VERSION = {};\n",
        crate::PROTOCOL_VERSION
    ));
    macro_rules! declare {
        ($($module:ident { $($name:ident),* $(,)? })*) => {$($(
            text.push_str("\nexport ");
            text.push_str(<$module::$name as TS>::decl(&config).trim());
            text.push('\n');
        )*)*};
    }
    declare! {
        view { UserView, AuthorView, RoomView, MessageView }
        client_frame {
            ClientFrame, Hello, MessageSend, MessageEdit, MessageDelete, Typing, Read, Watch, PresenceQuery,
        }
        server_frame {
            ServerFrame, Welcome, Ok, Refusal, MessagePosted, MessageChanged, RoomChanged, RoomRemoved, ReadChanged,
            TypingNow, Presence, UserChanged, Resync, SessionEnded, ServerClosing,
        }
        account {
            RegisterRequest, LoginRequest, SignedIn, RefreshRequest, ChangePasswordRequest, UpdateProfileRequest, MeView,
            SessionView, SessionsResponse, SessionsEnded, UsersResponse, UserResponse, RoomsResponse, OpenDirectRequest,
            RoomResponse, ServerInfo,
        }
        page { MessagesResponse, PostMessageRequest, EditMessageRequest, MessageResponse, TypingRequest, ReadRequest }
        problem { Problem, FieldProblem }
    }
    text
}
