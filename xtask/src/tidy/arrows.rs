//! Which of our packages may know which: the arrows of docs/ARCHITECTURE.md.

use super::Complaints;
use crate::workspace::{Package, Reach};

/// Each package with those of ours that it may depend on. Nobody depends on xtask, nothing shipped on testkit.
const ARROWS: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("protocol", &["domain"]),
    ("auth", &["domain"]),
    ("storage", &["domain"]),
    ("chat", &["domain", "auth", "storage"]),
    ("realtime", &["domain", "protocol"]),
    (
        "server",
        &["domain", "protocol", "auth", "storage", "chat", "realtime"],
    ),
    (
        "testkit",
        &[
            "domain", "protocol", "auth", "storage", "chat", "realtime", "server",
        ],
    ),
    // It measures durable writes in its own process, and everything else through the wire.
    ("bench", &["domain", "protocol", "auth", "storage", "chat"]),
    ("xtask", &[]),
];

/// Whose tests may start a whole server. Those of `domain` and `protocol` must be able to run without one.
const MAY_TEST_WITH_TESTKIT: [&str; 6] = ["auth", "storage", "chat", "realtime", "server", "bench"];

pub(super) fn complaints(packages: &[Package]) -> Complaints {
    let unruled = packages
        .iter()
        .filter(|package| allowed(short(&package.name)).is_none())
        .map(|package| {
            format!(
                "arrows: {} has no row in xtask/src/tidy/arrows.rs; say what it may depend on",
                package.name
            )
        });
    let gone = ARROWS
        .iter()
        .filter(|(name, _)| packages.iter().all(|package| short(&package.name) != *name));
    let gone = gone.map(|(name, _)| format!("arrows: the table has a row for {name}, which is no package"));
    unruled
        .chain(gone)
        .chain(packages.iter().flat_map(forbidden))
        .collect()
}

fn forbidden(package: &Package) -> Complaints {
    let name = short(&package.name);
    let Some(allowed) = allowed(name) else {
        return Complaints::new();
    };
    let internal = package
        .dependencies
        .iter()
        .filter(|dependency| is_ours(&dependency.name));
    let forbidden = internal.filter(|dependency| {
        let target = short(&dependency.name);
        let as_a_test = dependency.reach == Reach::TestsOnly && target == "testkit";
        !(allowed.contains(&target) || as_a_test && MAY_TEST_WITH_TESTKIT.contains(&name))
    });
    forbidden
        .map(|dependency| format!("arrows: {name} must not depend on {}", short(&dependency.name)))
        .collect()
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    ARROWS
        .iter()
        .find(|(package, _)| *package == name)
        .map(|(_, allowed)| *allowed)
}

fn is_ours(package: &str) -> bool {
    package == "xtask" || package.starts_with("chatterbox-")
}

fn short(package: &str) -> &str {
    package.strip_prefix("chatterbox-").unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every package of the table with nothing but what `changed` says.
    fn house_with(changed: Package) -> Vec<Package> {
        let full_name = |name: &str| {
            if name == "xtask" {
                name.to_owned()
            } else {
                format!("chatterbox-{name}")
            }
        };
        let mut packages: Vec<Package> = ARROWS
            .iter()
            .map(|(name, _)| Package::described(&full_name(name), &[], &[]))
            .collect();
        packages.retain(|package| package.name != changed.name);
        packages.push(changed);
        packages
    }

    fn check(name: &str, shipped: &[&str], tests_only: &[&str], expected: &[&str]) {
        let packages = house_with(Package::described(name, shipped, tests_only));
        assert_eq!(
            complaints(&packages),
            expected,
            "{name} → {shipped:?}, in tests {tests_only:?}"
        );
    }

    #[test]
    fn an_arrow_of_the_table_is_allowed() {
        check(
            "chatterbox-chat",
            &["chatterbox-storage", "chatterbox-domain", "uuid"],
            &[],
            &[],
        );
        check(
            "chatterbox-server",
            &["chatterbox-chat"],
            &["chatterbox-testkit"],
            &[],
        );
    }

    #[test]
    fn an_arrow_that_is_not_in_the_table_is_forbidden_also_in_tests() {
        let expected = ["arrows: realtime must not depend on storage"];
        check("chatterbox-realtime", &["chatterbox-storage"], &[], &expected);
        check("chatterbox-realtime", &[], &["chatterbox-storage"], &expected);
        check(
            "chatterbox-domain",
            &["chatterbox-protocol"],
            &[],
            &["arrows: domain must not depend on protocol"],
        );
    }

    #[test]
    fn testkit_is_for_tests_and_not_for_everyones() {
        check("chatterbox-chat", &[], &["chatterbox-testkit"], &[]);
        check(
            "chatterbox-chat",
            &["chatterbox-testkit"],
            &[],
            &["arrows: chat must not depend on testkit"],
        );
        check(
            "chatterbox-domain",
            &[],
            &["chatterbox-testkit"],
            &["arrows: domain must not depend on testkit"],
        );
    }

    #[test]
    fn a_new_package_needs_a_row() {
        let expected =
            ["arrows: chatterbox-tui has no row in xtask/src/tidy/arrows.rs; say what it may depend on"];
        check("chatterbox-tui", &["chatterbox-server"], &[], &expected);
    }

    #[test]
    fn a_row_needs_its_package() {
        let mut packages = house_with(Package::described("chatterbox-chat", &[], &[]));
        packages.retain(|package| package.name != "chatterbox-bench");
        assert_eq!(
            complaints(&packages),
            ["arrows: the table has a row for bench, which is no package"]
        );
    }
}
