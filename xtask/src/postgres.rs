//! A temporary PostgreSQL for the tests: its own folder, its own port, gone with the value that stands for it.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::failure::{Failure, Outcome};
use crate::machine;
use crate::program::Program;

/// Makes, holds and removes the server; see the script for why it outlives us by a moment.
const GUARDIAN: &str = include_str!("postgres.sh");

/// A running PostgreSQL server. Dropping it stops the server and removes everything it wrote.
#[derive(Debug)]
pub(crate) struct TemporaryPostgres {
    guardian: Child,
    url: String,
}

/// Whom the server runs as.
#[derive(Debug, Clone, Copy)]
enum RunAs {
    Us,
    /// PostgreSQL refuses to run as root.
    User {
        id: u32,
        group: u32,
    },
}

impl TemporaryPostgres {
    /// Starts a server on a free loopback port and returns when it answers.
    pub(crate) fn start() -> Outcome<Self> {
        let programs = machine::postgres_programs()
            .ok_or_else(|| Failure::new("the PostgreSQL server (initdb, pg_ctl) is missing"))?;
        let run_as = if machine::we_are_root()? {
            RunAs::debians_postgres()?
        } else {
            RunAs::Us
        };
        Self::start_from(&programs, run_as)
    }

    fn start_from(programs: &Path, run_as: RunAs) -> Outcome<Self> {
        let port = free_port().map_err(|cause| Failure::cannot("find a free port", cause))?;
        let mut guardian = Command::new("sh");
        guardian.args(["-c", GUARDIAN, "postgres.sh", &port.to_string()]);
        guardian
            .env("PATH", in_front_of_path(programs))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        // Its own group, so that a Ctrl-C meant for us doesn't reach it before it has cleaned up.
        guardian.process_group(0);
        if let RunAs::User { id, group } = run_as {
            // Root's temp folder may be closed to others.
            guardian.uid(id).gid(group).env_remove("TMPDIR");
        }
        let cannot_start = |cause| Failure::cannot("start a temporary PostgreSQL", cause);
        let mut guardian = guardian.spawn().map_err(cannot_start)?;
        let mut answer = String::new();
        if let Some(output) = &mut guardian.stdout {
            BufReader::new(output)
                .read_line(&mut answer)
                .map_err(cannot_start)?;
        }
        // From here on the value's end is the server's end.
        let postgres = Self {
            guardian,
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        };
        match answer.trim() {
            "ready" => Ok(postgres),
            _ => Err(Failure::new(
                "the temporary PostgreSQL did not start; its log stands above",
            )),
        }
    }

    /// The URL of the database `postgres`, for a superuser who may create others.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TemporaryPostgres {
    fn drop(&mut self) {
        // The end of its input is the guardian's sign to clean up.
        drop(self.guardian.stdin.take());
        if let Err(cause) = self.guardian.wait() {
            eprintln!("cannot wait for the temporary PostgreSQL's end: {cause}");
        }
    }
}

impl RunAs {
    fn debians_postgres() -> Outcome<Self> {
        let number = |option: &str| {
            let printed = Program::new("id").args([option, "postgres"]).output()?;
            printed
                .parse()
                .map_err(|cause| Failure::cannot("find the user `postgres`", cause))
        };
        Ok(Self::User {
            id: number("-u")?,
            group: number("-g")?,
        })
    }
}

/// A port nobody listens on; the operating system doesn't hand it out again at once.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn in_front_of_path(programs: &Path) -> OsString {
    let mut path = programs.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::*;

    /// Programs that stand in for PostgreSQL's: they write down how they were called. The real ones are met by every
    /// `cargo xtask test`.
    struct StandIns(PathBuf);

    impl StandIns {
        fn with(test: &str, pg_ctl: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("xtask-postgres-{}-{test}", std::process::id()));
            fs::create_dir_all(&folder).expect("the temp folder is writable");
            let stand_ins = Self(folder);
            stand_ins.write("initdb", "mkdir \"$2\"");
            stand_ins.write("pg_ctl", pg_ctl);
            stand_ins
        }

        fn write(&self, name: &str, body: &str) {
            let path = self.0.join(name);
            let calls = self.0.join("calls");
            let text = format!("#!/bin/sh\necho \"{name} $*\" >>'{}'\n{body}\n", calls.display());
            fs::write(&path, text).expect("the temp folder is writable");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("the file is ours");
        }

        fn calls(&self) -> String {
            fs::read_to_string(self.0.join("calls")).expect("at least initdb was called")
        }

        /// The server's folder, as `initdb -D <folder> ...` was told it.
        fn data(&self) -> PathBuf {
            PathBuf::from(
                self.calls()
                    .split_whitespace()
                    .nth(2)
                    .expect("initdb comes first"),
            )
        }
    }

    impl Drop for StandIns {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).expect("it was created by the test");
        }
    }

    #[test]
    fn the_server_is_stopped_and_its_folder_removed_with_the_value() {
        let stand_ins = StandIns::with("stopped", "");
        let postgres = TemporaryPostgres::start_from(&stand_ins.0, RunAs::Us).expect("the stand-ins succeed");
        let settings = fs::read_to_string(stand_ins.data().join("postgresql.conf")).expect("the server runs");
        let port = settings
            .lines()
            .find_map(|line| line.strip_prefix("port = "))
            .expect("a port is set");
        assert_eq!(
            postgres.url(),
            format!("postgres://postgres@127.0.0.1:{port}/postgres")
        );
        assert!(!stand_ins.calls().contains("pg_ctl stop"));
        drop(postgres);
        assert!(stand_ins.calls().contains("pg_ctl stop"));
        assert!(!stand_ins.data().exists());
    }

    #[test]
    fn a_server_that_does_not_start_leaves_nothing_behind() {
        let stand_ins = StandIns::with("refused", "exit 1");
        let failure = TemporaryPostgres::start_from(&stand_ins.0, RunAs::Us).expect_err("pg_ctl refuses");
        assert!(failure.to_string().contains("did not start"), "{failure}");
        assert!(!stand_ins.data().exists());
    }
}
