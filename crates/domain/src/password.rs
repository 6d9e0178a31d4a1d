//! Which passwords are accepted.
//!
//! Length is what counts (NIST SP 800-63B, section 3.1.1.2): no rules about kinds of characters, a list of the
//! commonest ones instead.

use crate::denial::FieldError;

/// The longest password, in bytes, so that hashing has a bound.
pub const MAX_BYTES: usize = 1_024;

/// The shortest password unless the server is configured otherwise, in characters.
pub const DEFAULT_MIN_CHARS: usize = 8;

/// The stems from which the commonest passwords are made, all lower case. [`is_common`] also finds them with the usual
/// endings.
const COMMON_STEMS: &[&str] = &[
    "password",
    "passwort",
    "passw0rd",
    "p@ssword",
    "p@ssw0rd",
    "pa$$word",
    "pa$$w0rd",
    "qwerty",
    "qwertyui",
    "qwertyuiop",
    "qwertz",
    "qwertzui",
    "azerty",
    "azertyui",
    "asdfgh",
    "asdfghjk",
    "asdfghjkl",
    "zxcvbn",
    "zxcvbnm",
    "1q2w3e",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "q1w2e3r4",
    "1qaz2wsx",
    "1qazxsw2",
    "qazwsx",
    "qazwsxedc",
    "iloveyou",
    "letmein",
    "welcome",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "batman",
    "starwars",
    "pokemon",
    "dragon",
    "monkey",
    "master",
    "shadow",
    "michael",
    "jennifer",
    "charlie",
    "trustno",
    "whatever",
    "computer",
    "internet",
    "samsung",
    "changeme",
    "default",
    "secret",
    "mustang",
    "corvette",
    "liverpool",
    "chelsea",
    "arsenal",
    "barcelona",
    "juventus",
    "administrator",
    "admin",
    "login",
    "abc",
    "abcd",
    "abcdef",
    "abcdefg",
    "abcdefgh",
    "testtest",
    "test",
    "hello",
    "helloworld",
    "freedom",
    "summer",
    "winter",
    "spring",
    "autumn",
    "flower",
    "butterfly",
    "lovely",
    "loveme",
    "angel",
    "jordan",
    "hunter",
    "killer",
    "google",
    "facebook",
    "linkedin",
    "chatterbox",
    "user",
    "guest",
    "pass",
    "temp",
    "qwe",
    "asd",
    "zaq",
    "zaq1zaq1",
    "!qaz2wsx",
    "a1b2c3",
    "a1b2c3d4",
];

/// What people append to make a stem longer.
const COMMON_ENDINGS: &[&str] = &[
    "", "!", "1", "1!", "12", "123", "123!", "1234", "12345", "123456", "1234567", "12345678", "@123",
    "#123", "007", "666", "777", "69",
];

/// Checks a new password of the person called `username`; `min_chars` is the server's setting.
///
/// # Errors
/// `too_short`, `too_long`, `too_common` or `same_as_username`, for the field called `field`.
pub fn accept_new_password(
    field: &'static str,
    password: &str,
    username: &str,
    min_chars: usize,
) -> Result<(), FieldError> {
    if password.len() > MAX_BYTES {
        return Err(FieldError::new(
            field,
            "too_long",
            format!("A password has at most {MAX_BYTES} bytes."),
        ));
    }
    if password.chars().count() < min_chars {
        return Err(FieldError::new(
            field,
            "too_short",
            format!("A password has at least {min_chars} characters."),
        ));
    }
    if is_common(password) {
        let message = "This password is one of the first that are tried. Choose another one.";
        return Err(FieldError::new(field, "too_common", message));
    }
    if password.to_lowercase() == username.to_lowercase() {
        return Err(FieldError::new(
            field,
            "same_as_username",
            "The password must differ from the username.",
        ));
    }
    Ok(())
}

/// Whether a password of at least [`DEFAULT_MIN_CHARS`] characters is among the commonest. Shorter ones are judged by
/// the length setting alone: whoever allows four characters has allowed `1234`.
fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    let length = password.chars().count();
    if length < DEFAULT_MIN_CHARS {
        return false;
    }
    is_monotonous(&password)
        || COMMON_STEMS.iter().any(|stem| {
            password.strip_prefix(stem).is_some_and(|rest| {
                let is_year = rest.len() == 4 && (rest.starts_with("19") || rest.starts_with("20"));
                COMMON_ENDINGS.contains(&rest)
                    || (is_year && rest.bytes().all(|b| b.is_ascii_digit()))
                    || rest == *stem
            })
        })
}

/// A repeated character, a repeated pair (`12121212`) or a run of neighbours (`12345678`, `hgfedcba`, `1234567890`).
fn is_monotonous(password: &str) -> bool {
    let codes: Vec<i64> = password.chars().map(|c| i64::from(u32::from(c))).collect();
    let repeats_every = |period: usize| {
        codes
            .iter()
            .skip(period)
            .zip(&codes)
            .all(|(later, earlier)| later == earlier)
    };
    let steps_by = |step: i64| {
        codes
            .windows(2)
            .all(|pair| pair[1] - pair[0] == step || (pair[0], pair[1]) == (57, 48))
    };
    repeats_every(1) || repeats_every(2) || repeats_every(4) || steps_by(1) || steps_by(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(password: &str) -> Option<&'static str> {
        accept_new_password("password", password, "annabella", DEFAULT_MIN_CHARS)
            .err()
            .map(|e| e.code)
    }

    #[test]
    fn long_enough_and_not_among_the_first_guesses_is_enough() {
        for good in [
            "correct horse",
            "tr0ub4dor&3x",
            "       8",
            "пароль-и-слон",
            "password-for-a-whale",
        ] {
            assert_eq!(code_of(good), None, "{good}");
        }
    }

    #[test]
    fn the_first_guesses_are_refused() {
        let guesses = [
            "password",
            "Password1",
            "PASSWORD123!",
            "12345678",
            "1234567890",
            "87654321",
            "aaaaaaaa",
            "12121212",
            "abcdefgh",
            "qwertyuiop",
            "iloveyou",
            "letmein123",
            "Summer2024",
            "admin1234",
            "P@ssw0rd",
            "1q2w3e4r",
            "passpass",
        ];
        for guess in guesses {
            assert_eq!(code_of(guess), Some("too_common"), "{guess}");
        }
    }

    #[test]
    fn lengths_are_limited_both_ways() {
        assert_eq!(code_of("1234567"), Some("too_short"));
        assert_eq!(code_of(&"é".repeat(512)), Some("too_common"));
        assert_eq!(code_of(&"né".repeat(342)), Some("too_long"));
        assert_eq!(code_of("Annabella"), Some("same_as_username"));
    }

    #[test]
    fn whoever_allows_four_characters_has_allowed_1234() {
        assert!(accept_new_password("password", "1234", "ann", 4).is_ok());
    }
}
