//! The `chatterbox` binary as a process of its own.

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use chatterbox_testkit::{Database, Entrance, OwnDatabase};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// A running server, and the data that outlives it.
pub(super) struct ServerProcess {
    child: RefCell<Child>,
    entrance: Entrance,
    database: OwnDatabase,
    folder: TempDir,
}

impl ServerProcess {
    pub(super) async fn start(database: Database) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = OwnDatabase::make(database, folder.path());
        let (child, address) = spawn(folder.path().to_owned(), database.url()).await;
        Self {
            child: RefCell::new(child),
            entrance: Entrance::at(address),
            database,
            folder,
        }
    }

    pub(super) fn entrance(&self) -> &Entrance {
        &self.entrance
    }

    /// SIGKILL: nothing is finished, nothing is said.
    pub(super) fn kill(&self) {
        self.child.borrow_mut().kill().expect("the server can be killed");
    }

    /// Waits for the end of the killed server and starts another one on what it left.
    pub(super) async fn start_again(&mut self) {
        let killed = self.child.get_mut().wait().expect("the server ends");
        assert!(!killed.success(), "the server ended by itself: {killed}");
        let (child, address) = spawn(self.folder.path().to_owned(), self.database.url()).await;
        *self.child.get_mut() = child;
        self.entrance.move_to(address);
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let child = self.child.get_mut();
        // It may have ended already.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Starts the binary and waits until it says where it listens.
async fn spawn(folder: PathBuf, database_url: &str) -> (Child, SocketAddr) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatterbox"));
    command
        .arg("serve")
        .args(["--listen", "127.0.0.1:0", "--database-url", database_url]);
    command.arg("--data-dir").arg(folder);
    for setting in [
        "accounts.password_memory_kib=8",
        "accounts.password_passes=1",
        "limits.messages_burst=100000",
        "limits.frames_burst=100000",
    ] {
        command.args(["--set", setting]);
    }
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the binary runs");
    let log = BufReader::new(child.stderr.take().expect("a log"));
    let (says, address) = oneshot::channel();
    // Reads to the end, or the server would wait for somebody to take its log.
    std::thread::spawn(move || {
        let mut says = Some(says);
        for line in log.lines().map_while(Result::ok) {
            println!("{line}");
            let told = line.split_once("listening on http://").map(|(_, rest)| rest);
            let address = told.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
            if let (Some(address), Some(says)) = (address, says.take_if(|_| address.is_some())) {
                // Nobody waits only if the test is over.
                let _ = says.send(address);
            }
        }
    });
    let address = address.await.expect("the server says where it listens");
    (child, address)
}
