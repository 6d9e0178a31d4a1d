//! The `chatterbox` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    chatterbox_server::commands::run()
}
