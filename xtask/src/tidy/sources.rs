//! What no source file may do, whatever its language.

use super::{Complaints, rust_code};

/// A file that people write.
#[derive(Debug)]
pub(super) struct Source {
    /// The path from the repository's root.
    pub(super) name: String,
    pub(super) text: String,
}

/// Past ~300 lines, look for the facet; here the looking ends.
const MOST_LINES: usize = 450;

/// Code that must not be written, with what to write instead. Written without white space, as it is searched.
const FORBIDDEN_RUST: [(&str, &str); 4] = [
    ("#[allow(", "say #[expect(.., reason = \"..\")]"),
    ("#![allow(", "say #![expect(.., reason = \"..\")]"),
    ("todo!", "finish it or leave it out"),
    ("unimplemented!", "finish it or leave it out"),
];

pub(super) fn complaints(sources: &[Source]) -> Complaints {
    let each = sources.iter().flat_map(|source| {
        let language = match source.name.rsplit('.').next() {
            Some("rs") => forbidden_rust(source),
            Some("svelte") => raw_html(source),
            _ => Complaints::new(),
        };
        too_long(source).into_iter().chain(language)
    });
    each.chain(clocks(sources)).collect()
}

fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > MOST_LINES && !is_generated(&source.name)).then(|| {
        format!(
            "length: {} has {lines} lines, {MOST_LINES} is the most; move a facet to its own file",
            source.name
        )
    })
}

/// Made from other sources, or a list (the schema) that is as long as what it lists.
fn is_generated(name: &str) -> bool {
    name.starts_with("web/src/protocol/") || name.ends_with("/schema.rs")
}

fn forbidden_rust(source: &Source) -> Complaints {
    let code = rust_code::only(&source.text);
    let lines = code
        .lines()
        .map(|line| line.split_whitespace().collect::<String>());
    let found = lines.zip(1..).flat_map(|(line, number)| {
        let broken = FORBIDDEN_RUST.iter().filter(move |(code, _)| line.contains(code));
        broken.map(move |(code, instead)| format!("code: {}:{number} has {code} – {instead}", source.name))
    });
    found.collect()
}

fn raw_html(source: &Source) -> Complaints {
    let lines = source
        .text
        .lines()
        .zip(1..)
        .filter(|(line, _)| line.contains("{@html"));
    lines
        .map(|(_, number)| {
            format!(
                "code: {}:{number} has {{@html – draw with components",
                source.name
            )
        })
        .collect()
}

/// The wall clock is read in exactly one place; everybody else is told the time.
fn clocks(sources: &[Source]) -> Complaints {
    let rust = sources.iter().filter(|source| source.name.ends_with(".rs"));
    let places = rust.flat_map(|source| {
        let count = rust_code::only(&source.text).matches("Utc::now").count();
        std::iter::repeat_n(source.name.as_str(), count)
    });
    match places.collect::<Vec<&str>>().as_slice() {
        [_the_clock] => Complaints::new(),
        [] => vec!["clock: nobody calls Utc::now, but one clock has to".to_owned()],
        several => vec![format!(
            "clock: Utc::now belongs in one place, not in {}",
            several.join(", ")
        )],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOCK: &str = "fn now() -> DateTime<Utc> { Utc::now() }";

    /// Complaints about one file in a repository that has its clock elsewhere.
    fn check(name: &str, text: &str, expected: &[&str]) {
        let source = |name: &str, text: &str| Source {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        let found = complaints(&[source("crates/domain/src/clock.rs", CLOCK), source(name, text)]);
        assert_eq!(found, expected, "{name}: {text}");
    }

    #[test]
    fn a_file_of_450_lines_is_the_longest() {
        for name in ["a.rs", "web/src/a.ts", "web/journeys/a.mjs", "web/src/A.svelte"] {
            check(name, &"x\n".repeat(450), &[]);
            let expected =
                format!("length: {name} has 451 lines, 450 is the most; move a facet to its own file");
            check(name, &"x\n".repeat(451), &[&expected]);
        }
        for name in ["web/src/protocol/all.ts", "crates/storage/src/schema.rs"] {
            check(name, &"x\n".repeat(451), &[]);
        }
    }

    #[test]
    fn a_lint_is_expected_never_allowed() {
        check(
            "a.rs",
            "\n#[allow(dead_code)]",
            &["code: a.rs:2 has #[allow( – say #[expect(.., reason = \"..\")]"],
        );
        check(
            "a.rs",
            "#![ allow (x)]",
            &["code: a.rs:1 has #![allow( – say #![expect(.., reason = \"..\")]"],
        );
        check("a.rs", "#[expect(dead_code, reason = \"no #[allow(\")]", &[]);
    }

    #[test]
    fn nothing_is_left_to_do() {
        check(
            "a.rs",
            "fn f() { todo!() }",
            &["code: a.rs:1 has todo! – finish it or leave it out"],
        );
        check(
            "a.rs",
            "unimplemented!()",
            &["code: a.rs:1 has unimplemented! – finish it or leave it out"],
        );
        check("a.rs", "// not a todo!()", &[]);
    }

    #[test]
    fn components_draw_no_raw_html() {
        check(
            "A.svelte",
            "<p>\n{@html body}",
            &["code: A.svelte:2 has {@html – draw with components"],
        );
    }

    #[test]
    fn the_wall_clock_is_read_in_one_place() {
        let expected = "clock: Utc::now belongs in one place, not in crates/domain/src/clock.rs, a.rs";
        check("a.rs", "let now = chrono::Utc::now();", &[expected]);
        check("a.rs", "// Utc::now is forbidden here", &[]);
        assert_eq!(
            complaints(&[]),
            ["clock: nobody calls Utc::now, but one clock has to"]
        );
    }
}
