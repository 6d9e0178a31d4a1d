//! `cargo xtask bench`: the release server, measured by another process.

use crate::failure::Outcome;
use crate::program::Program;
use crate::workspace::Workspace;

/// Builds the server and the load generator, then becomes the load generator.
///
/// They are built one after the other on purpose: built together they would share features, and the server that is
/// measured would not be the one that people get.
pub(crate) fn measure(arguments: &[String]) -> Outcome {
    for package in ["chatterbox-server", "chatterbox-bench"] {
        Program::cargo(["build", "--release", "--package", package]).run()?;
    }
    let release = Workspace::read()?.target.join("release");
    let arguments = arguments.strip_prefix(&["--".to_owned()]).unwrap_or(arguments);
    let server = release.join("chatterbox");
    let bench =
        Program::new(release.join("chatterbox-bench")).args(["--server".as_ref(), server.as_os_str()]);
    Err(bench.args(arguments).replace_us())
}
