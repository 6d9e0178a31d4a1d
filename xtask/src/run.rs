//! `cargo xtask run`: from a checkout to a running chat.

use crate::failure::{Failure, Outcome};
use crate::program::Program;
use crate::web;
use crate::workspace::Workspace;

/// Builds the web client and the server, then becomes the server, in the repository's root.
pub(crate) fn build_and_serve(arguments: &[String]) -> Outcome {
    let wish = Wish::parse(arguments)?;
    web::build()?;
    let build = ["build", "--package", "chatterbox-server"];
    let (build, folder) = match wish.build {
        Build::Release => (Program::cargo(build).args(["--release"]), "release"),
        Build::Debug => (Program::cargo(build), "debug"),
    };
    build.run()?;
    let binary = Workspace::read()?.target.join(folder).join("chatterbox");
    Err(Program::new(binary)
        .args(["serve"])
        .args(wish.for_server)
        .replace_us())
}

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
struct Wish<'a> {
    build: Build,
    /// Everything after `--`.
    for_server: &'a [String],
}

/// Release by default: who runs it for the first time should meet the fast one.
#[derive(Debug, PartialEq, Eq)]
enum Build {
    Release,
    Debug,
}

impl<'a> Wish<'a> {
    fn parse(arguments: &'a [String]) -> Outcome<Self> {
        let end = arguments.iter().position(|argument| argument == "--");
        let (ours, for_server) = match end {
            Some(end) => (&arguments[..end], &arguments[end + 1..]),
            None => (arguments, &[][..]),
        };
        let build = match ours {
            [] => Build::Release,
            [flag] if flag == "--debug" => Build::Debug,
            [other, ..] => {
                return Err(Failure::new(format!(
                    "`run` knows only --debug; put what is for the server after two dashes: \
                     cargo xtask run -- {other}"
                )));
            }
        };
        Ok(Self { build, for_server })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn what_stands_after_the_dashes_is_the_servers() {
        let line = words("--debug -- --listen 127.0.0.1:9000 --debug");
        let wish = Wish::parse(&line).expect("a good line");
        assert_eq!(
            wish,
            Wish {
                build: Build::Debug,
                for_server: &words("--listen 127.0.0.1:9000 --debug")
            }
        );
    }

    #[test]
    fn the_fast_build_is_the_default() {
        assert_eq!(
            Wish::parse(&[]).expect("a good line"),
            Wish {
                build: Build::Release,
                for_server: &[]
            }
        );
    }

    #[test]
    fn a_servers_argument_in_front_of_the_dashes_is_refused_with_the_right_line() {
        let failure = Wish::parse(&words("--listen 127.0.0.1:9000")).expect_err("the dashes are missing");
        assert!(
            failure.to_string().ends_with("cargo xtask run -- --listen"),
            "{failure}"
        );
    }
}
