//! What every request handler can reach.

use std::sync::Arc;

use chatterbox_chat::{Chat, Device};
use chatterbox_domain::User;
use chatterbox_protocol::view::UserView;
use chatterbox_realtime::Hub;

use crate::address::{self, SocketCounts};
use crate::config::Config;

/// What every request handler can reach; shared by all workers.
pub(crate) struct App {
    pub(crate) chat: Arc<Chat>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) config: Config,
    pub(crate) sockets: Arc<SocketCounts>,
}

impl App {
    /// A person as others see them at this moment.
    pub(crate) fn view(&self, user: &User) -> UserView {
        UserView::of(user, self.hub.is_online(user.id))
    }

    /// The device behind a request.
    pub(crate) fn device(request: &actix_web::HttpRequest) -> Device {
        let agent = request
            .headers()
            .get(actix_web::http::header::USER_AGENT)
            .and_then(|v| v.to_str().ok());
        Device::new(agent.unwrap_or_default(), address::of(request))
    }
}
