use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

mod forgery;

use forgery::Forgery;

const ANN: UserId = UserId(5);
const SESSION: SessionId = SessionId(9);
const LIFETIME: Duration = Duration::from_secs(900);

fn noon() -> Timestamp {
    DateTime::from_timestamp(1_767_268_800, 0).unwrap()
}

fn tokens(keyring: &Keyring) -> AccessTokens {
    AccessTokens::new(keyring, LIFETIME)
}

#[test]
fn an_issued_token_says_who_and_in_which_session_and_until_when() {
    let tokens = tokens(&Keyring::generate().unwrap());
    let issued = tokens.issue(ANN, SESSION, noon() + TimeDelta::milliseconds(999));
    assert_eq!(issued.expires_in_s, 900);
    let expected = Claims {
        user: ANN,
        session: SESSION,
        issued_at: noon(),
        expires_at: noon() + TimeDelta::seconds(900),
    };
    assert_eq!(tokens.verify(&issued.token, noon()), Ok(expected));
}

#[test]
fn a_token_expires_exactly_at_its_second() {
    let tokens = tokens(&Keyring::generate().unwrap());
    let token = tokens.issue(ANN, SESSION, noon()).token;
    let table = [
        (TimeDelta::zero(), None),
        (TimeDelta::seconds(899), None),
        (TimeDelta::milliseconds(899_999), None),
        (TimeDelta::seconds(900), Some(TokenError::Expired)),
        (TimeDelta::days(365), Some(TokenError::Expired)),
    ];
    for (after, error) in table {
        assert_eq!(
            tokens.verify(&token, noon() + after).err(),
            error,
            "{after} after its issue"
        );
    }
}

#[test]
fn a_token_of_an_older_key_counts_until_the_key_is_forgotten() {
    let mut keyring = Keyring::generate().unwrap();
    let old = tokens(&keyring).issue(ANN, SESSION, noon()).token;

    keyring.rotate().unwrap();
    let new = tokens(&keyring).issue(ANN, SESSION, noon()).token;
    assert!(tokens(&keyring).verify(&old, noon()).is_ok());
    assert!(tokens(&keyring).verify(&new, noon()).is_ok());
    assert_eq!(
        jsonwebtoken::decode_header(&new).unwrap().kid.as_deref(),
        Some(keyring.current_id()),
        "the new key signs"
    );

    keyring.forget_older(0);
    assert_eq!(tokens(&keyring).verify(&old, noon()), Err(TokenError::UnknownKey));
    assert!(tokens(&keyring).verify(&new, noon()).is_ok());
}

#[test]
fn a_token_counts_after_the_keyring_was_written_and_read() {
    let keyring = Keyring::generate().unwrap();
    let token = tokens(&keyring).issue(ANN, SESSION, noon()).token;
    let read = Keyring::from_json(&keyring.to_json()).unwrap();
    assert!(tokens(&read).verify(&token, noon()).is_ok());
}

#[test]
fn what_is_not_signed_by_us_as_we_sign_does_not_count() {
    let keyring = Keyring::generate().unwrap();
    let real_key = keyring.current().secret;
    let tokens = tokens(&keyring);
    let real = || Forgery::of(&keyring);
    assert!(
        tokens.verify(&real().signed(&real_key), noon()).is_ok(),
        "the base of the table"
    );

    let calling_itself = |alg: &str| real().header("alg", json!(alg));
    let jwk = json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode([7; 32])});
    let forged = [
        ("another key", real().signed(&[7; 32])),
        ("an empty key", real().signed(b"")),
        (
            "the key's id as key",
            real().signed(keyring.current_id().as_bytes()),
        ),
        ("a key brought along", real().header("jwk", jwk).signed(&[7; 32])),
        ("no signature", real().with_signature(b"")),
        ("half a signature", real().with_signature(&[0; 16])),
        ("RS256, really HS256", calling_itself("RS256").signed(&real_key)),
        ("ES256, really HS256", calling_itself("ES256").signed(&real_key)),
        ("EdDSA, really HS256", calling_itself("EdDSA").signed(&real_key)),
        (
            "HS512 with the real key",
            calling_itself("HS512").signed_with_sha_512(&real_key),
        ),
        ("HS256, really HS512", real().signed_with_sha_512(&real_key)),
        (
            "forged and expired",
            real().claim("exp", json!(1)).signed(&[7; 32]),
        ),
    ];
    let malformed = [
        ("no algorithm at all", calling_itself("none").with_signature(b"")),
        (
            "none in other letters",
            calling_itself("NoNe").with_signature(b""),
        ),
        ("none, but signed", calling_itself("none").signed(&real_key)),
        (
            "a lower-case algorithm",
            calling_itself("hs256").signed(&real_key),
        ),
        (
            "null as algorithm",
            real().header("alg", Value::Null).signed(&real_key),
        ),
        ("no key id", real().without_key_id().signed(&real_key)),
        (
            "a number as key id",
            real().header("kid", json!(1)).signed(&real_key),
        ),
    ];
    let unknown_key = [
        (
            "somebody's key id",
            real().header("kid", json!("?")).signed(&real_key),
        ),
        (
            "an empty key id",
            real().header("kid", json!("")).signed(&real_key),
        ),
    ];
    let forged = forged.map(|row| (row, TokenError::Forged));
    let malformed = malformed.map(|row| (row, TokenError::Malformed));
    let unknown_key = unknown_key.map(|row| (row, TokenError::UnknownKey));
    for ((what, token), error) in forged.into_iter().chain(malformed).chain(unknown_key) {
        assert_eq!(tokens.verify(&token, noon()), Err(error), "{what}: {token}");
    }
}

#[test]
fn every_claim_is_required_and_has_its_type() {
    let keyring = Keyring::generate().unwrap();
    let tokens = tokens(&keyring);
    let real = || Forgery::of(&keyring);
    let forgeries = [
        ("no sub", real().without_claim("sub")),
        ("no sid", real().without_claim("sid")),
        ("no iat", real().without_claim("iat")),
        ("no exp", real().without_claim("exp")),
        ("sub as a number", real().claim("sub", json!(5))),
        ("sub without digits", real().claim("sub", json!("ann"))),
        (
            "sub beyond 64 bits",
            real().claim("sub", json!("9223372036854775808")),
        ),
        ("sid as a string", real().claim("sid", json!("9"))),
        ("sid null", real().claim("sid", Value::Null)),
        ("exp as a string", real().claim("exp", json!("1767268800"))),
        ("exp with a fraction", real().claim("exp", json!(1_767_268_800.5))),
        ("exp null", real().claim("exp", Value::Null)),
        ("exp beyond the calendar", real().claim("exp", json!(i64::MAX))),
        ("exp beyond 64 bits", real().claim("exp", json!(u64::MAX))),
        ("iat before the calendar", real().claim("iat", json!(i64::MIN))),
    ];
    for (what, forgery) in forgeries {
        let token = forgery.signed(&keyring.current().secret);
        assert_eq!(
            tokens.verify(&token, noon()),
            Err(TokenError::Malformed),
            "{what}: {}",
            forgery.payload
        );
    }
}

#[test]
fn what_is_no_token_is_malformed() {
    let keyring = Keyring::generate().unwrap();
    let tokens = tokens(&keyring);
    let real = tokens.issue(ANN, SESSION, noon()).token;
    let (head, signature) = real.rsplit_once('.').unwrap();
    let table = [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        head.to_owned(),
        format!("{real}."),
        format!(".{real}"),
        format!(" {real}"),
        format!("{real}\n"),
        format!("{real}="),
        format!(
            "{head}.{}",
            signature.replace(|c: char| c.is_ascii_alphanumeric(), "+")
        ),
        format!("Bearer {real}"),
        "e30.e30.e30".to_owned(),
        "\0.\0.\0".to_owned(),
        "ü.ü.ü".to_owned(),
    ];
    for token in table {
        assert_eq!(
            tokens.verify(&token, noon()),
            Err(TokenError::Malformed),
            "{token:?}"
        );
    }
}

#[test]
fn a_text_of_more_than_4_kib_is_not_looked_at() {
    let keyring = Keyring::generate().unwrap();
    let tokens = tokens(&keyring);
    let of_length = |length: usize| {
        // Three bytes more in the header are four characters more in the token; start just below the length.
        let unfilled = Forgery::of(&keyring).header("cty", json!("")).signed(b"").len();
        ((length - unfilled) * 3 / 4 - 3..length)
            .map(|filling| {
                Forgery::of(&keyring)
                    .header("cty", json!("c".repeat(filling)))
                    .signed(&keyring.current().secret)
            })
            .find(|token| token.len() >= length)
            .unwrap()
    };
    assert_eq!(of_length(MAX_TOKEN_BYTES).len(), MAX_TOKEN_BYTES);
    assert!(tokens.verify(&of_length(MAX_TOKEN_BYTES), noon()).is_ok());
    assert_eq!(
        tokens.verify(&of_length(MAX_TOKEN_BYTES + 1), noon()),
        Err(TokenError::TooLong)
    );
}

#[test]
fn changing_any_character_of_a_token_makes_it_worthless() {
    let tokens = tokens(&Keyring::generate().unwrap());
    let token = tokens.issue(ANN, SESSION, noon()).token;
    for at in 0..token.len() {
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let mut changed = token.clone();
        changed.replace_range(at..=at, other);
        assert!(
            tokens.verify(&changed, noon()).is_err(),
            "character {at}: {changed}"
        );
    }
}

#[test]
fn a_lifetime_beyond_all_bounds_does_not_overflow() {
    let tokens = AccessTokens::new(&Keyring::generate().unwrap(), Duration::MAX);
    let issued = tokens.issue(ANN, SESSION, noon());
    assert_eq!(tokens.verify(&issued.token, noon()), Err(TokenError::Malformed));
}

#[test]
fn tokens_and_keys_do_not_print() {
    let keyring = Keyring::generate().unwrap();
    let tokens = tokens(&keyring);
    let issued = tokens.issue(ANN, SESSION, noon());
    let printed = format!("{tokens:?} {issued:?}");
    assert!(
        printed.contains(keyring.current_id()) && printed.contains("900"),
        "{printed}"
    );
    let secrets = [
        issued.token,
        URL_SAFE_NO_PAD.encode(keyring.current().secret),
        format!("{:?}", keyring.current().secret),
    ];
    assert!(
        !secrets.iter().any(|secret| printed.contains(secret)),
        "{printed}"
    );
}

proptest! {
    #[test]
    fn verifying_never_panics_and_nothing_made_up_counts(
        text in r".*|.*\..*\..*|[A-Za-z0-9_-]{0,200}\.[A-Za-z0-9_-]{0,200}\.[A-Za-z0-9_-]{0,50}",
    ) {
        let tokens = tokens(&Keyring::generate().unwrap());
        prop_assert!(tokens.verify(&text, noon()).is_err());
    }

    #[test]
    fn any_json_under_a_real_signature_never_panics(header in json_object(), payload in json_object()) {
        let keyring = Keyring::generate().unwrap();
        let mut forgery = Forgery { header, payload };
        forgery.header["kid"] = json!(keyring.current_id());
        forgery.header["alg"] = json!("HS256");
        let _ = tokens(&keyring).verify(&forgery.signed(&keyring.current().secret), noon());
    }

    #[test]
    fn every_user_and_session_comes_back_as_it_was_issued(user: i64, session: i64, second in 0..4_000_000_000_i64) {
        let tokens = tokens(&Keyring::generate().unwrap());
        let now = DateTime::from_timestamp(second, 0).unwrap();
        let claims = tokens.verify(&tokens.issue(UserId(user), SessionId(session), now).token, now).unwrap();
        prop_assert_eq!((claims.user, claims.session), (UserId(user), SessionId(session)));
    }
}

/// Objects with the names that mean something, and values that mostly mean nothing.
fn json_object() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "sub", "sid", "iat", "exp", "nbf", "aud", "iss", "typ", "crit", "jwk", "zip", "x5c",
    ]);
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        prop::collection::vec(any::<i64>(), 0..3).prop_map(Value::from),
        Just(json!({"kty": "oct", "k": "AA"})),
    ];
    prop::collection::btree_map(name, value, 0..8).prop_map(|fields| {
        Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    })
}
