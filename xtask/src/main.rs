//! The commands of this repository: `cargo xtask help` lists them.
//!
//! They are plain Rust, so that a machine with Rust and Node needs nothing else to build, run and test everything.
//! They expect a Unix (Linux, macOS, or WSL on Windows).

mod bench;
mod bless;
mod failure;
mod machine;
mod postgres;
mod program;
mod run;
mod test;
mod tidy;
mod web;
mod workspace;

use std::process::ExitCode;

use failure::{Failure, Outcome};

const HELP: &str = "\
The commands of this repository, typed as `cargo xtask <command>`:

  run [--debug] [-- <args>]   build the web client and the server, then serve http://127.0.0.1:8080 from ./data
  test [--skip|--only <part>] check everything; parts: tidy, format, lints, web, rust, journeys
  web                         build the web client into web/dist
  bless                       renew every generated file that is committed
  tidy                        check the rules that no compiler checks: arrows, links, decisions, file lengths
  bench [<args>]              measure the release server and write docs/performance.md
  help                        show this text

`cargo xtask run -- --help` lists the server's own settings.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match obey(&arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("cargo xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn obey(arguments: &[String]) -> Outcome<ExitCode> {
    let (command, rest) = arguments
        .split_first()
        .map_or(("help", arguments), |(first, rest)| (first.as_str(), rest));
    let outcome = match command {
        // Its last word is the summary, so it says all there is to say by itself.
        "test" => return test::check_everything(rest),
        "run" => run::build_and_serve(rest),
        "web" => takes_no_arguments("web", rest).and_then(|()| web::build()),
        "bless" => takes_no_arguments("bless", rest).and_then(|()| bless::renew_generated_files()),
        "tidy" => takes_no_arguments("tidy", rest).and_then(|()| tidy::check()),
        "bench" => bench::measure(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        unknown => Err(Failure::new(format!(
            "there is no command `{unknown}`.\n\n{HELP}"
        ))),
    };
    outcome.map(|()| ExitCode::SUCCESS)
}

fn takes_no_arguments(command: &str, rest: &[String]) -> Outcome {
    match rest.first() {
        None => Ok(()),
        Some(argument) => Err(Failure::new(format!(
            "`{command}` takes no arguments, but got `{argument}`."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_command_is_answered_with_the_list() {
        let failure = obey(&["tests".to_owned()]).expect_err("there is no such command");
        assert!(failure.to_string().contains("`tests`"));
        assert!(failure.to_string().contains("test [--skip|--only <part>]"));
    }

    #[test]
    fn a_stray_argument_is_refused() {
        let failure = obey(&["tidy".to_owned(), "--fix".to_owned()]).expect_err("tidy takes none");
        assert!(failure.to_string().contains("`--fix`"));
    }
}
