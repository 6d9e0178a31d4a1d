//! The parts of a test run, in their order: the quick ones first, each standing on those before it.

use crate::failure::{Failure, Outcome};
use crate::machine::{self, Need};
use crate::postgres::TemporaryPostgres;
use crate::program::{Program, find};
use crate::workspace::Workspace;
use crate::{tidy, web};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Tidy,
    Format,
    Lints,
    Web,
    Rust,
    Journeys,
}

impl Part {
    pub(super) const ALL: [Self; 6] = [
        Self::Tidy,
        Self::Format,
        Self::Lints,
        Self::Web,
        Self::Rust,
        Self::Journeys,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tidy => "tidy",
            Self::Format => "format",
            Self::Lints => "lints",
            Self::Web => "web",
            Self::Rust => "rust",
            Self::Journeys => "journeys",
        }
    }

    pub(super) fn named(name: &str) -> Outcome<Self> {
        Self::ALL
            .into_iter()
            .find(|part| part.name() == name)
            .ok_or_else(|| {
                let names = Self::ALL.map(Self::name).join(", ");
                Failure::new(format!("there is no part `{name}`; the parts are: {names}"))
            })
    }

    /// What the machine must have for this part.
    pub(super) fn needs(self) -> &'static [Need] {
        match self {
            Self::Tidy | Self::Format => &[],
            Self::Lints => &[Need::CCompiler],
            Self::Web => &[Need::Node],
            Self::Rust => &[Need::CCompiler, Need::PostgreSql],
            Self::Journeys => &[Need::CCompiler, Need::Node, Need::Chromium],
        }
    }

    pub(super) fn run(self) -> Outcome {
        match self {
            Self::Tidy => tidy::check(),
            Self::Format => Program::cargo(["fmt", "--all", "--check"]).run(),
            Self::Lints => lints(),
            Self::Web => web_client(),
            Self::Rust => rust(),
            Self::Journeys => journeys(),
        }
    }
}

fn lints() -> Outcome {
    Program::cargo([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ])
    .run()
}

fn web_client() -> Outcome {
    web::build()?;
    Program::npm(["run", "check"]).run()?;
    Program::npm(["run", "test"]).run()
}

/// The Rust tests on SQLite and on a PostgreSQL of their own, then the examples in the documentation.
fn rust() -> Outcome {
    let postgres = TemporaryPostgres::start()?;
    let tests = if find("cargo-nextest").is_some() {
        Program::cargo(["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        Program::cargo([
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
        ])
    };
    tests.env("CHATTERBOX_TEST_POSTGRES", postgres.url()).run()?;
    drop(postgres);
    Program::cargo(["test", "--workspace", "--doc"]).run()
}

/// The browser against the real server, whatever became of the parts before: both are brought up to date first.
fn journeys() -> Outcome {
    web::build()?;
    // With the tests, because these are the very units the Rust part has built: alone, the server would be compiled
    // once more with fewer features.
    Program::cargo(["build", "--workspace", "--bins", "--tests"]).run()?;
    let server = Workspace::read()?.target.join("debug/chatterbox");
    let chromium = machine::chromium().ok_or_else(|| Failure::new("Chromium is missing"))?;
    Program::npm(["run", "journeys"])
        .env("CHATTERBOX_CHROMIUM", chromium)
        .env("CHATTERBOX_BIN", server)
        .run()
}
