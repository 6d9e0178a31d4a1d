//! Decision records are numbered in the order they were taken, without gaps.

use super::Complaints;

/// Checks the names of the files in docs/decisions: `0001-a-title.md`, `0002-another.md` and so on.
pub(super) fn complaints(names: &[String]) -> Complaints {
    let mut complaints = Complaints::new();
    let mut numbers = Vec::new();
    for name in names {
        match number(name) {
            Some(number) => numbers.push(number),
            None => complaints.push(format!("decisions: {name} is not named NNNN-lower-case-title.md")),
        }
    }
    numbers.sort_unstable();
    let out_of_order = numbers
        .iter()
        .zip(1..)
        .find(|(found, expected)| *found != expected);
    complaints.extend(out_of_order.map(|(found, expected)| {
        format!("decisions: number {found:04} stands where {expected:04} belongs: each number once, from 0001, no gap")
    }));
    complaints
}

fn number(name: &str) -> Option<u32> {
    let (number, title) = name.strip_suffix(".md")?.split_once('-')?;
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    (number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()) && title.split('-').all(word))
        .then(|| number.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expected: &[&str]) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(complaints(&names), expected, "{names:?}");
    }

    #[test]
    fn numbers_in_a_row_are_fine_however_they_are_listed() {
        check(&["0002-one-writer-thread.md", "0001-sqlite-first.md"], &[]);
        check(&[], &[]);
    }

    #[test]
    fn a_gap_a_double_and_a_wrong_beginning_are_named() {
        let rule = "each number once, from 0001, no gap";
        check(
            &["0001-a.md", "0003-c.md"],
            &[&format!(
                "decisions: number 0003 stands where 0002 belongs: {rule}"
            )],
        );
        check(
            &["0001-a.md", "0001-b.md"],
            &[&format!(
                "decisions: number 0001 stands where 0002 belongs: {rule}"
            )],
        );
        check(
            &["0002-b.md"],
            &[&format!(
                "decisions: number 0002 stands where 0001 belongs: {rule}"
            )],
        );
    }

    #[test]
    fn a_name_that_is_no_number_and_title_is_refused() {
        for name in [
            "README.md",
            "1-a.md",
            "0001_a.md",
            "0001-A.md",
            "0001-.md",
            "0001-a.txt",
            "+001-a.md",
        ] {
            check(
                &[name],
                &[&format!(
                    "decisions: {name} is not named NNNN-lower-case-title.md"
                )],
            );
        }
    }
}
