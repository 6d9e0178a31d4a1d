//! The one error of the commands: a sentence for the person who typed one.

use std::fmt;

/// Why a command could not do what it was asked, in words that say what to do about it where that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure(String);

/// What a step of a command ends with.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Makes "cannot <action>: <cause>" of an error of the operating system.
    pub(crate) fn cannot(action: impl fmt::Display, cause: impl fmt::Display) -> Self {
        Self(format!("cannot {action}: {cause}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
