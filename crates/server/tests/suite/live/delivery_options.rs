//! How the operating system sends what the server writes.

use std::net::SocketAddr;

use chatterbox_testkit::{Database, Server, on_both};
use rustix::net::{getpeername, sockopt};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

on_both! { small_frames_are_sent_at_once }

/// Without TCP_NODELAY a frame waits for the acknowledgement of the one before: 40 ms, where 1 is usual.
async fn small_frames_are_sent_at_once(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let mut socket = ann.connect().await;
    let client = socket.tcp().local_addr().expect("an address");
    let this_process = pidfd_open(getpid(), PidfdFlags::empty()).expect("a process file descriptor");
    let mut found = 0;
    // The server is in this process, so its end of the connection is one of our descriptors.
    for entry in std::fs::read_dir("/proc/self/fd").expect("the descriptors") {
        let name = entry.expect("a descriptor").file_name();
        let number: i32 = name.to_string_lossy().parse().expect("a number");
        // Some are gone by now, such as the one of this folder.
        let Ok(copy) = pidfd_getfd(&this_process, number, PidfdGetfdFlags::empty()) else {
            continue;
        };
        let peer = getpeername(&copy).ok().flatten();
        if peer.and_then(|peer| SocketAddr::try_from(peer).ok()) == Some(client) {
            assert!(sockopt::tcp_nodelay(&copy).expect("a TCP option"));
            found += 1;
        }
    }
    assert_eq!(found, 1, "the server's end of the connection");
}
