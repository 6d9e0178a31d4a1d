//! Usernames, and what makes two of them one.

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

use crate::denial::FieldError;

/// Names that would let somebody speak as the server, as its staff or as everybody.
const RESERVED: &[&str] = &[
    "admin",
    "administrator",
    "all",
    "anonymous",
    "channel",
    "chatterbox",
    "deleted",
    "everyone",
    "here",
    "lobby",
    "me",
    "moderator",
    "null",
    "room",
    "root",
    "security",
    "server",
    "staff",
    "support",
    "system",
    "undefined",
    "webhook",
];

/// A username: 3 to 32 characters; letters of one script, ASCII digits and `_ . -`, beginning with a letter, a digit
/// or `_`.
///
/// It is kept in Unicode normal form C and shown as typed. Two names are the same account when their [`key`]s are
/// equal, and too alike to exist side by side when their [`look`]s are.
///
/// [`key`]: Username::key
/// [`look`]: Username::look
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// The fewest characters.
    pub const MIN_CHARS: usize = 3;
    /// The most characters.
    pub const MAX_CHARS: usize = 32;

    /// Checks a name.
    ///
    /// # Errors
    /// `too_short`, `too_long`, `forbidden_character`, `mixed_scripts` or `reserved`, for the field `username`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let error = |code, message: &str| Err(FieldError::new("username", code, message));
        // Normal form C can only shorten what people type; a text this long is refused before it is walked.
        if text.len() > Self::MAX_CHARS * 16 {
            return error("too_long", "A username has at most 32 characters.");
        }
        let name: String = text.nfc().collect();
        let length = name.chars().count();
        if length < Self::MIN_CHARS {
            return error("too_short", "A username has at least 3 characters.");
        }
        if length > Self::MAX_CHARS {
            return error("too_long", "A username has at most 32 characters.");
        }
        let begins_well = name.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let ends_well = !name.ends_with('.');
        // A compatibility form (ﬁ, Ａ, 𝐚) is a letter in disguise; its plain form is what should be typed.
        let plain = name.nfkc().eq(name.chars());
        if !begins_well || !ends_well || !plain || !has_only_name_characters(&name) {
            return error(
                "forbidden_character",
                "A username is made of letters, digits, “_”, “.” and “-”, and begins with a letter, a digit or “_”.",
            );
        }
        if !name.as_str().is_single_script() {
            return error("mixed_scripts", "Use letters of one script in a username.");
        }
        let username = Self(name);
        if username.is_reserved() {
            return error("reserved", "This username is reserved. Choose another one.");
        }
        Ok(username)
    }

    /// The name as shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the same name in other capitals has in common; unique among accounts.
    pub fn key(&self) -> String {
        Self::key_of(&self.0)
    }

    /// The key of any text, for looking a name up without judging it.
    pub fn key_of(text: &str) -> String {
        text.nfkc().flat_map(char::to_lowercase).nfc().collect()
    }

    /// What names that look the same have in common; unique among accounts.
    ///
    /// This is the skeleton of Unicode Technical Standard #39, except that among ASCII only the classic swaps count
    /// (`0`/`O`, `1`/`I`/`l`): with the full table, “modern” and “modem” could not both exist.
    pub fn look(&self) -> String {
        let mut look = String::with_capacity(self.0.len());
        for c in self.0.chars() {
            match c {
                '0' | 'O' => look.push('o'),
                '1' | 'I' | 'l' => look.push('l'),
                c if c.is_ascii() => look.push(c.to_ascii_lowercase()),
                c => look.extend(skeleton(c.encode_utf8(&mut [0; 4])).flat_map(char::to_lowercase)),
            }
        }
        look
    }

    fn is_reserved(&self) -> bool {
        // 1, l and i are one here, and separators are nothing: “adm1n” and “ad_min” ask for the same trust.
        let bare = |text: &str| -> String {
            let kept = text.chars().filter(|c| !matches!(c, '_' | '.' | '-'));
            kept.map(|c| if matches!(c, '1' | 'l') { 'i' } else { c })
                .collect()
        };
        let look = bare(&self.look());
        RESERVED.iter().any(|reserved| bare(reserved) == look)
    }
}

fn has_only_name_characters(name: &str) -> bool {
    let mut marks = 0;
    name.chars().all(|c| {
        // Marks belong to letters in many scripts; a pile of them is a drawing.
        marks = if is_mark(c) { marks + 1 } else { 0 };
        c.is_ascii_digit()
            || matches!(c, '_' | '.' | '-')
            || (c.is_alphabetic() && marks == 0)
            || (1..=2).contains(&marks)
    })
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c) && c.script() != Script::Inherited
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(text: &str) -> Option<&'static str> {
        Username::parse(text).err().map(|e| e.code)
    }

    fn name(text: &str) -> Username {
        Username::parse(text).unwrap()
    }

    #[test]
    fn people_of_every_script_find_a_name() {
        let names = [
            "ann",
            "Ann.B-1",
            "_bob",
            "bob_",
            "Zoë",
            "Дмитрий",
            "Ελένη",
            "山田太郎",
            "やまだ",
            "김철수",
            "محمد",
            "हिन्दी",
            "user0",
        ];
        for good in names {
            assert_eq!(code_of(good), None, "{good}");
        }
    }

    #[test]
    fn tricks_with_names_are_refused() {
        for (bad, code) in [
            ("", "too_short"),
            ("ab", "too_short"),
            (&*"a".repeat(33), "too_long"),
            (&*"a".repeat(5000), "too_long"),
            ("a b c", "forbidden_character"),
            ("ann\u{200B}", "forbidden_character"),
            ("ann\u{202E}x", "forbidden_character"),
            ("ann\0", "forbidden_character"),
            ("-ann", "forbidden_character"),
            (".ann", "forbidden_character"),
            ("ann@home", "forbidden_character"),
            ("Ａｎｎ", "forbidden_character"),
            ("𝐚𝐧𝐧", "forbidden_character"),
            ("ann😀", "forbidden_character"),
            ("a\u{0338}\u{0338}\u{0338}nn", "forbidden_character"),
            ("аnn_b", "mixed_scripts"),
            ("pаypal", "mixed_scripts"),
            ("ADMIN", "reserved"),
            ("adm1n", "reserved"),
            ("ad_min", "reserved"),
            ("Root", "reserved"),
            ("everyone", "reserved"),
        ] {
            assert_eq!(code_of(bad), Some(code), "{bad:?}");
        }
    }

    #[test]
    fn capitals_make_no_second_account() {
        assert_eq!(name("Ann").key(), name("aNN").key());
        assert_eq!(name("ДМИТРИЙ").key(), name("дмитрий").key());
        assert_eq!(name("Zo\u{0065}\u{0308}").key(), name("ZOË").key());
    }

    #[test]
    fn a_look_alike_of_an_existing_name_is_the_same_look() {
        assert_eq!(name("paypal").look(), name("paypa1").look());
        assert_eq!(name("bob0").look(), name("bobO").look());
        assert_eq!(
            name("сос").look(),
            name("coc").look(),
            "wholly Cyrillic against wholly Latin"
        );
        assert_ne!(name("modern").look(), name("modem").look());
        assert_ne!(name("user1").look(), name("user2").look());
    }
}
