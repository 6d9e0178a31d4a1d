use proptest::prelude::*;

use super::*;

/// A hash of "password".
fn hash_of(cost: Cost, algorithm: Algorithm, version: Version, output: usize) -> String {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(output)).unwrap();
    let hash = Argon2::new(algorithm, version, params).hash_password_with_salt(b"password", &[7; SALT_BYTES]);
    hash.unwrap().to_string()
}

#[test]
fn a_hash_weaker_than_todays_in_any_respect_is_outdated() {
    let today = Cost {
        memory_kib: 32,
        passes: 2,
        lanes: 2,
    };
    let argon = Argon::new(today).unwrap();
    let (id, v13) = (Algorithm::Argon2id, Version::V0x13);
    let costing = |memory_kib, passes, lanes| {
        hash_of(
            Cost {
                memory_kib,
                passes,
                lanes,
            },
            id,
            v13,
            32,
        )
    };
    let kept = [
        ("today's", costing(32, 2, 2)),
        ("more memory", costing(64, 2, 2)),
        ("more passes", costing(32, 3, 2)),
        ("more lanes", costing(32, 2, 3)),
        ("longer output", hash_of(today, id, v13, 64)),
    ];
    let outdated = [
        ("less memory", costing(31, 2, 2)),
        ("fewer passes", costing(32, 1, 2)),
        ("fewer lanes", costing(32, 2, 1)),
        ("more memory but fewer passes", costing(64, 1, 2)),
        ("shorter output", hash_of(today, id, v13, 16)),
        ("argon2i", hash_of(today, Algorithm::Argon2i, v13, 32)),
        ("argon2d", hash_of(today, Algorithm::Argon2d, v13, 32)),
        ("the old version", hash_of(today, id, Version::V0x10, 32)),
    ];
    let kept = kept.map(|row| (row, Verification::Right));
    let outdated = outdated.map(|row| (row, Verification::RightButOutdated));
    for ((what, hash), answer) in kept.into_iter().chain(outdated) {
        assert_eq!(
            argon.verify("password", Some(&hash)).unwrap(),
            answer,
            "{what}: {hash}"
        );
        assert_eq!(
            argon.verify("passwort", Some(&hash)).unwrap(),
            Verification::Wrong,
            "{what}: {hash}"
        );
    }
}

#[test]
fn a_hash_that_cannot_be_used_is_an_error_and_not_a_wrong_password() {
    let argon = Argon::new(Cost::for_tests()).unwrap();
    let salt_and_output = format!("{}${}", "c2FsdHNhbHRzYWx0", "A".repeat(43));
    let hash = |head: &str| format!("{head}${salt_and_output}");
    assert!(
        argon
            .verify("password", Some(&hash("$argon2id$v=19$m=8,t=1,p=1")))
            .is_ok(),
        "the base of the table"
    );
    let table = [
        ("not a PHC string", String::new()),
        ("not a PHC string", "password".to_owned()),
        (
            "not a PHC string",
            format!("{}$more", hash("$argon2id$v=19$m=8,t=1,p=1")),
        ),
        (
            "not a PHC string",
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW".to_owned(),
        ),
        ("not an argon2 hash", hash("$scrypt$ln=1,r=1,p=1")),
        ("unknown argon2 version", hash("$argon2id$v=18$m=8,t=1,p=1")),
        (
            "salt or output is missing",
            "$argon2id$v=19$m=8,t=1,p=1".to_owned(),
        ),
        (
            "salt or output is missing",
            "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0".to_owned(),
        ),
        ("impossible parameters", hash("$argon2id$v=19$m=8,t=0,p=1")),
        ("impossible parameters", hash("$argon2id$v=19$m=8,t=1,p=2")),
        ("impossible parameters", hash("$argon2id$v=19$m=8,t=1,p=1,x=1")),
        (
            "its cost is above the ceiling",
            hash("$argon2id$v=19$m=4294967295,t=1,p=1"),
        ),
        (
            "its cost is above the ceiling",
            hash("$argon2id$v=19$m=8,t=4294967295,p=1"),
        ),
        (
            "its cost is above the ceiling",
            hash("$argon2id$v=19$m=1024,t=1,p=17"),
        ),
    ];
    for (why, stored) in table {
        match argon.verify("password", Some(&stored)) {
            Err(AuthError::MalformedHash(reason)) => assert_eq!(reason, why, "{stored}"),
            other => panic!("{stored} gave {other:?}"),
        }
    }
}

#[test]
fn a_cost_that_argon2_does_not_know_or_that_nobody_could_pay_is_refused() {
    let good = Cost::for_tests();
    let table = [
        Cost {
            memory_kib: 7,
            ..good
        },
        Cost { passes: 0, ..good },
        Cost { lanes: 0, ..good },
        Cost { lanes: 2, ..good },
        Cost {
            memory_kib: u32::MAX,
            ..good
        },
        Cost {
            passes: u32::MAX,
            ..good
        },
        Cost {
            memory_kib: 1 << 20,
            lanes: 17,
            ..good
        },
    ];
    for cost in table {
        assert!(
            matches!(Argon::new(cost), Err(AuthError::ImpossibleCost(_))),
            "{cost:?}"
        );
    }
}

#[test]
fn the_hash_names_argon2id_and_the_cost_it_was_made_with() {
    let hash = Argon::new(Cost {
        memory_kib: 16,
        passes: 3,
        lanes: 2,
    })
    .unwrap()
    .hash("password")
    .unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=16,t=3,p=2$"), "{hash}");
}

#[test]
fn the_stand_in_for_nobody_has_the_shape_of_a_real_hash() {
    let argon = Argon::new(Cost::DEFAULT).unwrap();
    let real = PasswordHash::new(&hash_of(Cost::DEFAULT, Algorithm::Argon2id, Version::V0x13, 32)).unwrap();
    let shape = |hash: &PasswordHash| {
        let (salt, output) = (
            hash.salt.map(|salt| salt.len()),
            hash.hash.map(|output| output.len()),
        );
        (
            hash.algorithm,
            hash.version,
            hash.params.to_string(),
            salt,
            output,
        )
    };
    assert_eq!(shape(&argon.nobody), shape(&real));
}

#[test]
fn nothing_secret_prints() {
    let argon = Argon::new(Cost::for_tests()).unwrap();
    let printed = format!("{argon:?}");
    assert!(printed.contains("Cost"), "{printed}");
    assert!(
        !printed.contains(&argon.nobody.hash.unwrap().to_string()),
        "{printed}"
    );

    let error = argon
        .verify("my secret words", Some("$argon2id$my damaged hash"))
        .unwrap_err();
    let printed = format!("{error} {error:?}");
    assert!(
        !printed.contains("my secret") && !printed.contains("my damaged"),
        "{printed}"
    );
}

proptest! {
    #[test]
    fn verifying_never_panics_whatever_is_stored(
        password in ".*",
        stored in r".*|\$argon2(i|d|id)(\$v=(16|19|[0-9]{1,10}))?\$m=[0-9]{1,3},t=[0-3],p=[0-3](\$[A-Za-z0-9+/]{0,70}){0,3}",
    ) {
        let argon = Argon::new(Cost::for_tests()).unwrap();
        let answer = argon.verify(&password, Some(&stored));
        prop_assert!(!matches!(answer, Ok(Verification::Right | Verification::RightButOutdated)));
    }
}
