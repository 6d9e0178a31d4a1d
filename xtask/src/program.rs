//! Calling other programs: each call is shown before it runs, and a failure names the call.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Failure, Outcome};

/// One call of another program. Runs in the repository's root unless [`Program::in_folder`] says otherwise.
#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
    shown: String,
}

impl Program {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let name = Path::new(program).file_name().unwrap_or(program);
        let mut command = Command::new(program);
        command.current_dir(crate::workspace::root());
        Self {
            shown: name.to_string_lossy().into_owned(),
            command,
        }
    }

    /// The cargo that started us, so that a chosen toolchain (`cargo +nightly xtask ...`) stays chosen.
    pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        Self::new(cargo).args(arguments)
    }

    /// npm in the web client's folder.
    pub(crate) fn npm<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new("npm")
            .args(arguments)
            .in_folder(&crate::workspace::root().join("web"))
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        for argument in arguments {
            self.shown.push(' ');
            self.shown.push_str(&argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.shown = format!("{name}={} {}", value.as_ref().to_string_lossy(), self.shown);
        self.command.env(name, value);
        self
    }

    pub(crate) fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs the program with our terminal and waits for it.
    pub(crate) fn run(mut self) -> Outcome {
        self.show();
        let status = self.command.status().map_err(|cause| self.not_started(&cause))?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::new(format!("`{}` failed ({status})", self.shown)))
        }
    }

    /// Runs the program unseen and returns what it printed, without the white space around it.
    pub(crate) fn output(mut self) -> Outcome<String> {
        let output = self
            .command
            .stdin(Stdio::null())
            .output()
            .map_err(|cause| self.not_started(&cause))?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            return Err(Failure::new(format!(
                "`{}` failed: {}",
                self.shown,
                complaint.trim()
            )));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Becomes the program, so that signals (Ctrl-C, SIGTERM) reach it and nothing stands in between. Returns only
    /// when it cannot be started.
    pub(crate) fn replace_us(mut self) -> Failure {
        self.show();
        let cause = self.command.exec();
        self.not_started(&cause)
    }

    fn show(&self) {
        eprintln!("$ {}", self.shown);
    }

    fn not_started(&self, cause: &std::io::Error) -> Failure {
        Failure::cannot(format_args!("start `{}`", self.shown), cause)
    }
}

/// Where on `PATH` the program is.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let failure = Program::new("sh")
            .args(["-c", "exit 3"])
            .run()
            .expect_err("it exits with 3");
        assert!(failure.to_string().contains("`sh -c exit 3` failed"), "{failure}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let failure = Program::new("no-such-program")
            .run()
            .expect_err("it does not exist");
        assert!(
            failure.to_string().starts_with("cannot start `no-such-program`"),
            "{failure}"
        );
    }

    #[test]
    fn what_a_quiet_program_complains_about_is_repeated() {
        let failure = Program::new("sh")
            .args(["-c", "echo no paper >&2; exit 1"])
            .output()
            .expect_err("it fails");
        assert!(failure.to_string().ends_with("failed: no paper"), "{failure}");
    }

    #[test]
    fn only_what_is_on_the_path_is_found() {
        assert!(find("sh").is_some());
        assert_eq!(find("no-such-program"), None);
    }
}
