//! E-mail addresses, checked as far as a server that sends no mail can: their shape.

use crate::denial::FieldError;

/// An address of at most 254 bytes with one `@`; compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The longest address, in bytes (RFC 5321, section 4.5.3.1.3, less the angle brackets).
    pub const MAX_BYTES: usize = 254;

    /// Checks an address, after white space around it is taken away.
    ///
    /// # Errors
    /// `malformed`, for the field `email`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let shaped = text.len() <= Self::MAX_BYTES
            && !text
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '"'))
            && text.split_once('@').is_some_and(|(local, host)| {
                !local.is_empty()
                    && local.len() <= 64
                    && !host.contains('@')
                    && host
                        .split('.')
                        .all(|label| !label.is_empty() && label.len() <= 63)
            });
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(FieldError::new(
                "email",
                "malformed",
                "Write an e-mail address like ann@example.org, or leave it out.",
            ))
        }
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two addresses of one mailbox have in common.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_one_at_sign_and_a_host() {
        for good in [
            "ann@example.org",
            "a.b+c@sub.example.org",
            " ann@localhost ",
            "用户@例子.测试",
        ] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "",
            "ann",
            "@example.org",
            "ann@",
            "a@b@c",
            "a b@c.d",
            "a@b..c",
            "a@.b",
            "a@b,c@d",
            &long,
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn case_makes_no_second_mailbox() {
        assert_eq!(
            Email::parse("Ann@Example.org").unwrap().key(),
            Email::parse("ann@example.ORG").unwrap().key()
        );
    }
}
