//! How much of everything one server allows.

use std::time::Duration;

use chatterbox_domain::rate::Quota;
use chrono::TimeDelta;

/// The bounds of sessions, shards and presence. All of them are settings, so that a small machine can lower them and
/// a benchmark can raise them.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes that may wait for one slow reader before its session is closed with 4008. Half of it is also the most
    /// that is sent of what a client missed; beyond, its rooms are told to `resync`.
    pub outbox_bytes: usize,
    /// Pieces (a frame, or several joined at their commit) that may wait for one slow reader.
    pub outbox_frames: usize,
    /// Announcements held back for one session while it joins; beyond, its rooms are told to `resync`.
    pub held_announcements: usize,
    /// Bytes of announcements that may wait for one shard before it gives up on all its sessions (4008).
    pub shard_queue_bytes: usize,
    /// Sockets that one person may have open; one more is refused with 4029.
    pub sessions_per_person: u32,
    /// How many frames one session may send in how much time.
    pub frames: Quota,
    /// Frames above that quota, less those within it, after which the session is closed with 4009.
    pub excess_frames: u32,
    /// Frames in a row that could not be read after which the session is closed with 1008.
    pub broken_frames: u32,
    /// Requests of one session that may be under way at once; reading pauses at this number.
    pub requests_in_flight: usize,
    /// How long a client may take for its first frame before it is welcomed without one.
    pub hello_wait: Duration,
    /// Time between two pings.
    pub heartbeat_interval: Duration,
    /// How long nothing may come from a client before its session is closed with 4010.
    pub silence: Duration,
    /// How long after their last session a person still counts as online, so that a reload is not a departure.
    pub presence_grace: Duration,
    /// The least time between two `presence` frames; whole seconds, since shards look once a second.
    pub presence_interval: Duration,
    /// People online above which clients are given the count only.
    pub presence_list_limit: usize,
    /// The least time between two "is typing" of one person in one room.
    pub typing_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            outbox_bytes: 1024 * 1024,
            outbox_frames: 4_096,
            held_announcements: 1_024,
            shard_queue_bytes: 32 * 1024 * 1024,
            sessions_per_person: 20,
            frames: Quota {
                burst: 100,
                interval: TimeDelta::milliseconds(50),
            },
            excess_frames: 200,
            broken_frames: 100,
            requests_in_flight: 64,
            hello_wait: Duration::from_millis(500),
            heartbeat_interval: Duration::from_secs(30),
            silence: Duration::from_secs(75),
            presence_grace: Duration::from_secs(3),
            presence_interval: Duration::from_secs(1),
            presence_list_limit: 1_000,
            typing_interval: Duration::from_millis(2_500),
        }
    }
}
