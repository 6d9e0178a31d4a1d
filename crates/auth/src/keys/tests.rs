use proptest::prelude::*;

use super::*;

fn rotated(times: usize) -> Keyring {
    let mut keyring = Keyring::generate().unwrap();
    for _ in 0..times {
        keyring.rotate().unwrap();
    }
    keyring
}

#[test]
fn rotating_puts_the_current_key_first_among_the_older_ones() {
    let mut keyring = rotated(1);
    let before: Vec<_> = keyring.verifying().map(|key| key.id.clone()).collect();
    keyring.rotate().unwrap();
    assert_eq!(keyring.older_ids().collect::<Vec<_>>(), before);
    assert!(
        !before.iter().any(|id| id == keyring.current_id()),
        "the new key has an id of its own"
    );
}

#[test]
fn forgetting_keeps_the_newest_older_keys_and_always_the_current_one() {
    let mut keyring = rotated(3);
    let ids: Vec<_> = keyring.verifying().map(|key| key.id.clone()).collect();
    for (keep, left) in [(9, 4), (2, 3), (0, 1), (0, 1)] {
        keyring.forget_older(keep);
        let now: Vec<_> = keyring.verifying().map(|key| key.id.clone()).collect();
        assert_eq!(now, ids[..left], "keep {keep}");
    }
}

#[test]
fn a_keyring_is_read_back_as_it_was_written() {
    let keyring = rotated(2);
    let copy = Keyring::from_json(&keyring.to_json()).unwrap();
    let keys = |ring: &Keyring| {
        ring.verifying()
            .map(|key| (key.id.clone(), key.secret))
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&copy), keys(&keyring));
}

#[test]
fn a_file_of_version_1_can_be_read_for_ever() {
    let secret = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
    let text = format!(r#"{{"version":1,"current":{{"id":"a","secret":"{secret}"}},"older":[]}}"#);
    let keyring = Keyring::from_json(&text).unwrap();
    assert_eq!(
        (keyring.current_id(), keyring.current().secret),
        ("a", [1; KEY_BYTES])
    );
}

#[test]
fn a_text_that_is_no_keyring_is_refused_by_name() {
    let key = |id: &str| format!(r#"{{"id":"{id}","secret":"{}"}}"#, "A".repeat(43));
    let file =
        |current: &str, older: &str| format!(r#"{{"version":1,"current":{current},"older":[{older}]}}"#);
    assert!(
        Keyring::from_json(&file(&key("a"), &key("b"))).is_ok(),
        "the base of the table"
    );

    let not_a_keyring = |column| KeyringError::NotAKeyring { line: 1, column };
    let table = [
        (
            "empty",
            String::new(),
            KeyringError::NotAKeyring { line: 1, column: 0 },
        ),
        ("cut off", r#"{"version":1,"#.to_owned(), not_a_keyring(13)),
        ("no keys", r#"{"version":1}"#.to_owned(), not_a_keyring(13)),
        (
            "a later version",
            r#"{"version":2,"rings":[]}"#.to_owned(),
            KeyringError::UnknownVersion(2),
        ),
        ("an empty id", file(&key(""), ""), KeyringError::BadId),
        ("a long id", file(&key(&"i".repeat(65)), ""), KeyringError::BadId),
        (
            "a short secret",
            file(r#"{"id":"a","secret":"AAAA"}"#, ""),
            KeyringError::BadSecret,
        ),
        (
            "a secret in another alphabet",
            file(r#"{"id":"a","secret":"//"}"#, ""),
            KeyringError::BadSecret,
        ),
        (
            "a bad older key",
            file(&key("a"), r#"{"id":"b","secret":""}"#),
            KeyringError::BadSecret,
        ),
        (
            "one id twice",
            file(&key("a"), &key("a")),
            KeyringError::DuplicateId,
        ),
        (
            "one older id twice",
            file(&key("a"), &[key("b"), key("b")].join(",")),
            KeyringError::DuplicateId,
        ),
    ];
    for (what, text, error) in table {
        assert_eq!(Keyring::from_json(&text).err(), Some(error), "{what}: {text}");
    }
}

#[test]
fn secrets_print_neither_in_debug_nor_in_errors() {
    let keyring = rotated(1);
    let secrets: Vec<_> = keyring
        .verifying()
        .map(|key| URL_SAFE_NO_PAD.encode(key.secret))
        .collect();
    // The secret stands where an object is expected: the JSON parser's own message would repeat it.
    let text = format!(r#"{{"version":1,"current":"{}","older":[]}}"#, secrets[0]);
    let error = Keyring::from_json(&text).unwrap_err();
    let printed = format!("{keyring:?} {keyring:#?} {error:?} {error}");
    assert!(
        printed.contains(keyring.current_id()),
        "the ids do print: {printed}"
    );
    assert!(
        !secrets.iter().any(|secret| printed.contains(secret)),
        "{printed}"
    );
}

proptest! {
    #[test]
    fn reading_never_panics(text in r#".*|\{"version":1,"current":\{"id":".*","secret":".*"\},"older":\[.*\]\}"#) {
        let _ = Keyring::from_json(&text);
    }
}
