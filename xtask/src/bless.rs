//! `cargo xtask bless`: renews the generated files that are committed.

use crate::failure::Outcome;
use crate::program::Program;

/// Runs the tests that compare a generated file with the committed one, telling them to write it instead. All of them
/// have `up_to_date` in their name.
pub(crate) fn renew_generated_files() -> Outcome {
    let packages = [
        "--package",
        "chatterbox-protocol",
        "--package",
        "chatterbox-server",
    ];
    Program::cargo(["test", "--no-fail-fast"])
        .args(packages)
        .args(["up_to_date"])
        .env("CHATTERBOX_BLESS", "1")
        .run()
}
