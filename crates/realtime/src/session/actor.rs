//! The task that reads one client's frames.

use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use chatterbox_domain::EndReason;
use chatterbox_protocol::PROTOCOL_VERSION;
use chatterbox_protocol::client_frame::{ClientFrame, Hello, PlainMessage};
use chatterbox_protocol::server_frame::close;
use futures_util::Stream;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::time::Sleep;

use crate::announcement::session_ended_frame;
use crate::commands::{Commands, Refused};
use crate::frame;
use crate::session::pace::{Pace, Verdict};
use crate::session::requests::{self, Started};
use crate::session::{Inbound, Registration, SessionOptions, joining};

/// Close codes of RFC 6455, section 7.4.1, and its registry.
mod standard {
    pub(super) const NORMAL: u16 = 1000;
    pub(super) const PROTOCOL_ERROR: u16 = 1002;
    pub(super) const POLICY_VIOLATION: u16 = 1008;
    pub(super) const TOO_LARGE: u16 = 1009;
    pub(super) const TRY_AGAIN_LATER: u16 = 1013;
}

/// Reads one client's frames and answers them. Dropping it ends the session.
#[derive(Debug)]
pub struct SessionActor<C> {
    session: Option<Registration>,
    plain: bool,
    commands: C,
}

impl<C: Commands> SessionActor<C> {
    pub(crate) fn registered(session: Registration, options: SessionOptions, commands: C) -> Self {
        Self {
            session: Some(session),
            plain: options.plain,
            commands,
        }
    }

    pub(crate) fn refused(options: SessionOptions, commands: C) -> Self {
        Self {
            session: None,
            plain: options.plain,
            commands,
        }
    }

    /// Runs until the client leaves (the stream ends), the session is closed from this side, or the outbox is
    /// dropped. `inbound` is read only while there is room for another request, so a client that asks faster than
    /// it is served waits.
    pub async fn run(self, inbound: impl Stream<Item = Inbound>) {
        let Some(session) = self.session else { return };
        let mut conversation = Conversation::begin(session, self.commands, self.plain);
        let mut inbound = pin!(inbound);
        loop {
            let step = poll_fn(|cx| conversation.poll_step(inbound.as_mut(), cx)).await;
            if conversation.take_step(step).is_break() {
                break;
            }
        }
    }
}

/// What happens next in a conversation.
enum Step {
    /// The session was closed from this side.
    Over,
    /// The client has been welcomed, or could not be.
    Joined(Result<(), Refused>),
    /// A request is done.
    Answered(Bytes),
    /// The client said nothing for as long as it may.
    HelloOverdue,
    /// Something came from the client, or it left.
    Came(Option<Inbound>),
}

/// One client's conversation. What is rarely needed is boxed or absent: ten thousand of these wait at once.
struct Conversation<C> {
    session: Registration,
    commands: Rc<C>,
    plain: bool,
    pace: Pace,
    /// Until the client was heard.
    hello_wait: Option<Pin<Box<Sleep>>>,
    joining: Option<LocalBoxFuture<'static, Result<(), Refused>>>,
    /// A first frame that was no `hello`: its turn comes after the welcome.
    first_request: Option<Box<ClientFrame>>,
    under_way: Option<FuturesUnordered<LocalBoxFuture<'static, Bytes>>>,
}

impl<C: Commands> Conversation<C> {
    fn begin(session: Registration, commands: C, plain: bool) -> Self {
        let wait = session.shard.hub().limits.hello_wait;
        let mut conversation = Self {
            session,
            commands: Rc::new(commands),
            plain,
            pace: Pace::default(),
            hello_wait: None,
            joining: None,
            first_request: None,
            under_way: None,
        };
        if plain {
            conversation.join(None);
        } else {
            conversation.hello_wait = Some(Box::pin(tokio::time::sleep(wait)));
        }
        conversation
    }

    fn poll_step(
        &mut self,
        inbound: Pin<&mut impl Stream<Item = Inbound>>,
        cx: &mut Context<'_>,
    ) -> Poll<Step> {
        if self.session.slot.outgoing.poll_over(cx).is_ready() {
            return Poll::Ready(Step::Over);
        }
        if let Some(joining) = &mut self.joining
            && let Poll::Ready(result) = joining.as_mut().poll(cx)
        {
            return Poll::Ready(Step::Joined(result));
        }
        if let Some(under_way) = &mut self.under_way
            && let Poll::Ready(Some(answer)) = Pin::new(under_way).poll_next(cx)
        {
            return Poll::Ready(Step::Answered(answer));
        }
        if let Some(hello_wait) = &mut self.hello_wait
            && hello_wait.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Step::HelloOverdue);
        }
        if self.may_read() {
            return inbound.poll_next(cx).map(Step::Came);
        }
        Poll::Pending
    }

    fn may_read(&self) -> bool {
        let under_way = self.under_way.as_ref().map_or(0, FuturesUnordered::len);
        self.joining.is_none() && under_way < self.session.shard.hub().limits.requests_in_flight.max(1)
    }

    fn take_step(&mut self, step: Step) -> ControlFlow<()> {
        match step {
            Step::Over | Step::Came(None) => ControlFlow::Break(()),
            Step::Joined(Ok(())) => {
                self.joining = None;
                if let Some(request) = self.first_request.take() {
                    self.start(*request);
                }
                ControlFlow::Continue(())
            }
            Step::Joined(Err(refused)) => self.give_up(&refused),
            Step::Answered(answer) => {
                self.send(answer);
                ControlFlow::Continue(())
            }
            Step::HelloOverdue => {
                self.join(None);
                ControlFlow::Continue(())
            }
            Step::Came(Some(inbound)) => self.take(inbound),
        }
    }

    fn take(&mut self, inbound: Inbound) -> ControlFlow<()> {
        let slot = &self.session.slot;
        slot.heard.set(self.session.shard.about_now());
        match inbound {
            Inbound::Close => return self.close(standard::NORMAL, ""),
            Inbound::TooLarge => return self.close(standard::TOO_LARGE, "a frame was too large"),
            Inbound::Malformed => return self.close(standard::PROTOCOL_ERROR, "not a WebSocket frame"),
            _ => {}
        }
        let hub = self.session.shard.hub();
        let verdict = self.pace.judge(hub.clock.now(), &hub.limits);
        match (verdict, inbound) {
            (Verdict::FarTooFast, _) => self.close(close::TOO_FAST, "too many frames"),
            (Verdict::TooFast { retry_after_ms }, Inbound::Text(text)) => {
                let reference = match ClientFrame::parse(&text) {
                    Ok(frame) => requests::reference(&frame),
                    Err(error) => error.reference,
                };
                let detail = "Frames come too fast.";
                self.send(requests::refuse(
                    reference,
                    "rate_limited",
                    detail,
                    Some(retry_after_ms),
                ));
                ControlFlow::Continue(())
            }
            (Verdict::Taken, Inbound::Text(text)) => self.take_text(&text),
            (Verdict::Taken, Inbound::Ping(payload)) => {
                slot.outgoing.push(frame::pong(&payload));
                ControlFlow::Continue(())
            }
            (_, Inbound::Binary) => {
                let detail = "Frames are text: one JSON object each.";
                self.take_broken(requests::refuse(None, "validation_failed", detail, None))
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn take_text(&mut self, text: &str) -> ControlFlow<()> {
        match ClientFrame::parse(text) {
            Ok(ClientFrame::Hello(hello)) => {
                self.pace.was_readable();
                if hello.protocol != PROTOCOL_VERSION {
                    let detail = format!("This server speaks protocol {PROTOCOL_VERSION}.");
                    self.send(requests::refuse(
                        hello.reference,
                        "unsupported_protocol",
                        detail,
                        None,
                    ));
                    return self.close(close::UNSUPPORTED_PROTOCOL, "protocol not supported");
                }
                self.join(Some(hello));
            }
            Ok(request) => {
                self.pace.was_readable();
                if self.hello_wait.is_some() {
                    self.first_request = Some(Box::new(request));
                    self.join(None);
                } else {
                    self.start(request);
                }
            }
            Err(error) => match PlainMessage::parse(text).filter(|_| self.plain) {
                None => return self.take_broken(requests::answer_unreadable(error)),
                Some(message) => {
                    self.pace.was_readable();
                    let started = requests::start_plain(message, self.commands.as_ref());
                    self.follow(started);
                }
            },
        }
        ControlFlow::Continue(())
    }

    fn take_broken(&mut self, answer: Bytes) -> ControlFlow<()> {
        self.send(answer);
        if self.pace.was_broken(&self.session.shard.hub().limits) {
            return self.close(standard::POLICY_VIOLATION, "too many frames that cannot be read");
        }
        ControlFlow::Continue(())
    }

    fn join(&mut self, hello: Option<Hello>) {
        self.hello_wait = None;
        let Registration { shard, slot } = &self.session;
        let joining = joining::join(
            Rc::clone(shard),
            Rc::clone(slot),
            Rc::clone(&self.commands),
            hello,
        );
        self.joining = Some(Box::pin(joining));
    }

    fn start(&mut self, request: ClientFrame) {
        let started = requests::start(request, self.commands.as_ref(), &self.session);
        self.follow(started);
    }

    fn follow(&mut self, started: Started) {
        match started {
            Started::Silent => {}
            Started::Answered(answer) => self.send(answer),
            Started::UnderWay(answer) => self.under_way.get_or_insert_default().push(answer),
        }
    }

    /// The session cannot begin.
    fn give_up(&mut self, refused: &Refused) -> ControlFlow<()> {
        let reason = match refused.code {
            "account_blocked" => EndReason::AccountBlocked,
            "session_ended" => EndReason::Expired,
            code => {
                self.send(requests::refuse(
                    None,
                    code,
                    refused.detail.as_str(),
                    refused.retry_after_ms,
                ));
                return self.close(standard::TRY_AGAIN_LATER, "not possible now");
            }
        };
        self.session.slot.outgoing.push(session_ended_frame(reason));
        self.close(close::SESSION_ENDED, "the session ended")
    }

    fn send(&self, answer: Bytes) {
        self.session.slot.outgoing.push(answer);
    }

    fn close(&self, code: u16, reason: &str) -> ControlFlow<()> {
        let last = frame::close(code, reason);
        self.session.slot.outgoing.finish_with([last]);
        ControlFlow::Break(())
    }
}
