//! The servers that are measured, each a process of its own.

use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::Instant;

use rustix::process::{Pid, Signal};

/// A server process that has said where it listens. Dropping it ends it at once.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// The moment before the process was made.
    pub(crate) spawned: Instant,
}

impl Server {
    /// Starts `command` and waits until a line of its log says `listening on` an address.
    ///
    /// # Errors
    /// It ended before; what it said is in the error.
    pub(crate) fn start(mut command: Command) -> io::Result<Self> {
        let spawned = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let Some(stderr) = child.stderr.take() else {
            return Err(io::Error::other("the log of the server cannot be read"));
        };
        let mut log = BufReader::new(stderr);
        match wait_for_address(&mut log) {
            Ok(address) => {
                thread::spawn(move || pass_on_complaints(log));
                Ok(Self {
                    child,
                    address,
                    spawned,
                })
            }
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks the server to end, as an operator does, and waits until it has.
    pub(crate) fn stop(mut self) -> io::Result<()> {
        rustix::process::kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait_for_address(log: &mut impl BufRead) -> io::Result<SocketAddr> {
    let mut said = String::new();
    loop {
        let begin = said.len();
        if log.read_line(&mut said)? == 0 {
            return Err(io::Error::other(format!(
                "the server did not start; it said:\n{said}"
            )));
        }
        if let Some(address) = announced_address(&said[begin..]) {
            return Ok(address);
        }
    }
}

/// The address in `… listening on http://127.0.0.1:8080 …`, with or without `http://`.
fn announced_address(line: &str) -> Option<SocketAddr> {
    let (_, after) = line.split_once("listening on ")?;
    let after = after.strip_prefix("http://").unwrap_or(after);
    let end = after
        .find(|c: char| !(c.is_ascii_hexdigit() || ".:[]".contains(c)))
        .unwrap_or(after.len());
    after[..end].parse().ok()
}

/// Reads the log until its end, so that its pipe never fills, and shows what should not happen in a measurement.
fn pass_on_complaints(log: BufReader<ChildStderr>) {
    for line in log.lines().map_while(Result::ok) {
        if line.contains("WARN") || line.contains("ERROR") || line.contains("panicked") {
            eprintln!("server: {line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_a_friendly_line() {
        let expected = Some(SocketAddr::from(([127, 0, 0, 1], 40123)));
        let friendly = "[INFO] listening on http://127.0.0.1:40123, the first to sign up becomes the owner";
        assert_eq!(announced_address(friendly), expected);
        assert_eq!(announced_address("listening on 127.0.0.1:40123\n"), expected);
        assert_eq!(
            announced_address("ChatterBox is listening on http://127.0.0.1:40123/"),
            expected
        );
        assert_eq!(announced_address("listening on a socket"), None);
        assert_eq!(announced_address("opening the database"), None);
    }

    #[test]
    fn a_server_that_does_not_start_is_quoted() {
        let mut log = "opening the database\nit belongs to a newer version\n".as_bytes();
        let error = wait_for_address(&mut log).unwrap_err().to_string();
        assert!(error.contains("newer version"));
    }
}
