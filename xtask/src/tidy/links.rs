//! A document may only point to files that are there.

use std::path::Path;

use super::Complaints;
use super::files::name_from;

/// Checks the relative links of a Markdown file. A link that begins with `/` starts at the repository's root; those to
/// the web and to a heading of the same page are left alone.
pub(super) fn complaints(root: &Path, file: &Path, text: &str) -> Complaints {
    let folder = file.parent().unwrap_or(root);
    let mut complaints = Complaints::new();
    for (number, line) in prose(text) {
        for target in targets(&line) {
            let path = target.split(['#', '?']).next().unwrap_or_default();
            let leaves_the_repository = target.contains("://") || target.starts_with("mailto:");
            if path.is_empty() || leaves_the_repository {
                continue;
            }
            let there = path
                .strip_prefix('/')
                .map_or_else(|| folder.join(path), |path| root.join(path));
            if !there.exists() {
                let file = name_from(root, file);
                complaints.push(format!(
                    "links: {file}:{number} points to {target}, which is not there"
                ));
            }
        }
    }
    complaints
}

/// The lines outside code fences, numbered from one, without the code inside them.
fn prose(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut in_code = false;
    text.lines().zip(1..).filter_map(move |(line, number)| {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        in_code ^= is_fence;
        let outside_ticks = || line.split('`').step_by(2).collect::<Vec<_>>().join("``");
        (!is_fence && !in_code).then(|| (number, outside_ticks()))
    })
}

/// What the line's links `[text](target "title")` and definitions `[name]: target` point to.
fn targets(line: &str) -> Vec<&str> {
    let definition = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .map(|(_, target)| target);
    let inline = line
        .split("](")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap_or(rest));
    inline
        .chain(definition)
        .filter_map(|target| match target.trim().strip_prefix('<') {
            Some(quoted) => quoted.split('>').next(),
            None => target.split_whitespace().next(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::root;

    fn check(text: &str, missing: &[&str]) {
        let found = complaints(root(), &root().join("xtask/README.md"), text);
        let expected: Vec<String> = missing
            .iter()
            .map(|what| format!("links: xtask/README.md:{what}, which is not there"))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_link_to_a_file_that_is_there_is_fine() {
        check(
            "[us](src/main.rs) and ![them](../Cargo.toml#L1 \"the workspace\"), [again](/Cargo.toml)",
            &[],
        );
        check("[a folder](src), [definition]\n\n[definition]: <Cargo.toml>", &[]);
    }

    #[test]
    fn a_link_to_nowhere_is_named_with_its_line() {
        check("fine\n[gone](src/gone.rs)", &["2 points to src/gone.rs"]);
        check("[a](Cargo.toml) [b](gone.md#part)", &["1 points to gone.md#part"]);
        check("[a]: gone.md", &["1 points to gone.md"]);
        check("[a](/gone.md)", &["1 points to /gone.md"]);
    }

    #[test]
    fn the_web_headings_and_code_are_left_alone() {
        check(
            "[a](http://example.org/gone) [b](#heading) [c](mailto:ann@example.org)",
            &[],
        );
        check("`[a](gone.md)`\n\n```\n[a](gone.md)\n```\n", &[]);
        check("```\ncode\n```\n[a](gone.md)", &["4 points to gone.md"]);
    }
}
