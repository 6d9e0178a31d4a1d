//! What a person says of themselves.

use crate::denial::FieldError;
use crate::invisible::{is_bidi_control, is_invisible};

/// The name shown beside messages: 1 to [`DisplayName::MAX_CHARS`] characters on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// The longest name, in Unicode scalar values.
    pub const MAX_CHARS: usize = 64;

    /// Checks a name, after white space around it is taken away.
    ///
    /// # Errors
    /// `blank`, `too_long` or `forbidden_character`, for the field `display_name`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let error = |code, message: &str| Err(FieldError::new("display_name", code, message));
        if text.chars().all(is_invisible) {
            return error("blank", "Write a name that can be seen.");
        }
        if text.chars().count() > Self::MAX_CHARS {
            return error("too_long", "A name has at most 64 characters.");
        }
        if text.chars().any(|c| c.is_control() || is_bidi_control(c)) {
            return error(
                "forbidden_character",
                "A name is one line without control characters.",
            );
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A few words about oneself: at most [`About::MAX_CHARS`] characters, empty allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About(String);

impl About {
    /// The longest text, in Unicode scalar values.
    pub const MAX_CHARS: usize = 500;

    /// Checks a text.
    ///
    /// # Errors
    /// `too_long` or `nul_character`, for the field `about`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.chars().count() > Self::MAX_CHARS {
            return Err(FieldError::new(
                "about",
                "too_long",
                "This text has at most 500 characters.",
            ));
        }
        if text.contains('\0') {
            return Err(FieldError::new(
                "about",
                "nul_character",
                "This text cannot contain the NUL character.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_can_be_seen_and_does_not_turn_the_line_around() {
        for good in ["Ann", " Ann B. ", "安娜", "O’Neil 🎈", "محمد"] {
            assert!(DisplayName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "  ", "\u{200B}", "a\nb", "a\u{202E}b", &"x".repeat(65)] {
            assert!(DisplayName::parse(bad).is_err(), "{bad:?}");
        }
    }
}
