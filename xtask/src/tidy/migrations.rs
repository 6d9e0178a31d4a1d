//! Both databases move together.

use super::Complaints;

/// Compares the version names of the two migration folders.
pub(super) fn complaints(sqlite: &[String], postgres: &[String]) -> Complaints {
    let missing = |here: &[String], there: &[String], database: &str| -> Complaints {
        let lacking = there.iter().filter(|version| !here.contains(version));
        lacking
            .map(|version| format!("migrations: {database} lacks {version}"))
            .collect()
    };
    [
        missing(sqlite, postgres, "sqlite"),
        missing(postgres, sqlite, "postgres"),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn equal_lists_are_fine_in_any_order() {
        assert_eq!(
            complaints(&names(&["1_a", "2_b"]), &names(&["2_b", "1_a"])),
            Complaints::new()
        );
    }

    #[test]
    fn a_version_on_one_side_only_is_named_with_the_other_side() {
        let found = complaints(&names(&["1_a", "2_b"]), &names(&["1_a", "2_c"]));
        assert_eq!(
            found,
            ["migrations: sqlite lacks 2_c", "migrations: postgres lacks 2_b"]
        );
    }
}
