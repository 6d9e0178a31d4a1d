//! The text of a message.

use crate::denial::FieldError;
use crate::invisible::is_invisible;

/// A message's text: 1 to [`Body::MAX_CHARS`] Unicode scalar values, kept exactly as typed.
///
/// Nothing is trimmed and nothing is normalised. Refused are only text that shows nothing at all and the NUL
/// character, which PostgreSQL cannot store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(String);

impl Body {
    /// The longest text, in Unicode scalar values.
    pub const MAX_CHARS: usize = 4_000;

    /// Checks `text`.
    ///
    /// # Errors
    /// `blank`, `too_long` or `nul_character`, each for the field `body`.
    pub fn parse(text: String) -> Result<Self, FieldError> {
        // A text of so many bytes is too long whatever its characters are; this keeps huge input from being walked.
        if text.len() > Self::MAX_CHARS * 4 || text.chars().count() > Self::MAX_CHARS {
            let message = format!("A message has at most {} characters.", Self::MAX_CHARS);
            return Err(FieldError::new("body", "too_long", message));
        }
        if text.contains('\0') {
            return Err(FieldError::new(
                "body",
                "nul_character",
                "A message cannot contain the NUL character.",
            ));
        }
        if text.chars().all(is_invisible) {
            return Err(FieldError::new(
                "body",
                "blank",
                "Write something: this message shows nothing.",
            ));
        }
        Ok(Self(text))
    }

    /// The text as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as typed.
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(text: &str) -> Option<&'static str> {
        Body::parse(text.to_owned()).err().map(|e| e.code)
    }

    #[test]
    fn only_text_that_shows_nothing_is_blank() {
        for blank in [
            "",
            " ",
            "\n\t ",
            "\u{200B}\u{200D}",
            "\u{3164}",
            "\u{2800} \u{FE0F}",
            "\u{202E}",
        ] {
            assert_eq!(code_of(blank), Some("blank"), "{blank:?}");
        }
        for shown in [".", " a ", "\u{200B}x", "👨‍👩‍👧", "ا", "\u{0301}"] {
            assert_eq!(code_of(shown), None, "{shown:?}");
        }
    }

    #[test]
    fn the_limit_counts_characters_not_bytes() {
        assert_eq!(code_of(&"😀".repeat(4_000)), None);
        assert_eq!(code_of(&"😀".repeat(4_001)), Some("too_long"));
        assert_eq!(code_of(&"a".repeat(4_001)), Some("too_long"));
        assert_eq!(
            code_of(&format!("e{}", "\u{0301}".repeat(10_000))),
            Some("too_long")
        );
    }

    #[test]
    fn the_text_is_kept_exactly_as_typed() {
        for text in ["  two  spaces\n\n", "e\u{0301}", "\u{212B}", "\r\n.\r\n"] {
            assert_eq!(Body::parse(text.to_owned()).unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_nul_is_refused_because_postgresql_cannot_keep_it() {
        assert_eq!(code_of("a\0b"), Some("nul_character"));
    }
}
