//! Which of our packages may know which foreign crates: what keeps SQL, HTTP, JSON and async where they belong.

use super::Complaints;
use crate::workspace::{Dependency, Package, Reach};

/// A rule about foreign crates. A name that ends with `*` stands for every crate that begins so.
struct Rule {
    crates: &'static [&'static str],
    place: Place,
    /// What the rule concerns: tests may look at things that shipped code may not.
    concerns: Concerns,
    because: &'static str,
}

enum Place {
    OnlyIn(&'static str),
    NotIn(&'static [&'static str]),
}

#[derive(PartialEq, Eq)]
enum Concerns {
    Everything,
    ShippedCode,
}

const RULES: [Rule; 4] = [
    Rule {
        crates: &["diesel", "diesel_*", "r2d2", "libsqlite3-sys", "pq-sys"],
        place: Place::OnlyIn("chatterbox-storage"),
        concerns: Concerns::Everything,
        because: "only storage contains SQL",
    },
    Rule {
        crates: &["actix", "actix-*", "awc"],
        place: Place::OnlyIn("chatterbox-server"),
        concerns: Concerns::Everything,
        because: "only server knows actix",
    },
    Rule {
        crates: &["serde", "serde_*"],
        place: Place::NotIn(&["chatterbox-domain", "chatterbox-chat", "chatterbox-realtime"]),
        concerns: Concerns::ShippedCode,
        because: "only protocol says how things look on the wire",
    },
    Rule {
        crates: &["tokio", "tokio-*", "futures", "futures-*"],
        place: Place::NotIn(&["chatterbox-domain", "chatterbox-protocol"]),
        concerns: Concerns::Everything,
        because: "what decides and what describes doesn't wait",
    },
];

pub(super) fn complaints(packages: &[Package]) -> Complaints {
    let pairs = packages
        .iter()
        .flat_map(|package| package.dependencies.iter().map(move |dep| (package, dep)));
    pairs
        .flat_map(|(package, dependency)| broken(package, dependency))
        .collect()
}

fn broken(package: &Package, dependency: &Dependency) -> impl Iterator<Item = String> {
    RULES
        .iter()
        .filter(|rule| rule.forbids(&package.name, dependency))
        .map(|rule| {
            format!(
                "dependencies: {} must not depend on {}: {}",
                package.name, dependency.name, rule.because
            )
        })
}

impl Rule {
    fn forbids(&self, package: &str, dependency: &Dependency) -> bool {
        let concerned = self.concerns == Concerns::Everything || dependency.reach == Reach::Shipped;
        let elsewhere = match self.place {
            Place::OnlyIn(home) => package != home,
            Place::NotIn(closed) => closed.contains(&package),
        };
        concerned
            && elsewhere
            && self
                .crates
                .iter()
                .any(|pattern| matches(pattern, &dependency.name))
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, shipped: &[&str], tests_only: &[&str], expected: &[&str]) {
        let found = complaints(&[Package::described(name, shipped, tests_only)]);
        assert_eq!(
            found, expected,
            "{name} with {shipped:?}, in tests {tests_only:?}"
        );
    }

    #[test]
    fn the_database_is_known_to_storage_only() {
        check(
            "chatterbox-storage",
            &["diesel", "diesel_migrations", "pq-sys"],
            &[],
            &[],
        );
        let because = "only storage contains SQL";
        for name in ["diesel", "diesel_migrations", "libsqlite3-sys", "pq-sys", "r2d2"] {
            let expected = format!("dependencies: chatterbox-chat must not depend on {name}: {because}");
            check("chatterbox-chat", &[name], &[], &[&expected]);
            check("chatterbox-chat", &[], &[name], &[&expected]);
        }
    }

    #[test]
    fn actix_is_known_to_the_server_only() {
        check("chatterbox-server", &["actix-web", "actix-ws"], &[], &[]);
        for package in ["chatterbox-testkit", "chatterbox-bench", "chatterbox-realtime"] {
            let expected =
                format!("dependencies: {package} must not depend on actix-rt: only server knows actix");
            check(package, &["actix-rt"], &[], &[&expected]);
        }
    }

    #[test]
    fn json_stays_out_of_what_decides_but_tests_may_read_it() {
        let because = "only protocol says how things look on the wire";
        for package in ["chatterbox-domain", "chatterbox-chat", "chatterbox-realtime"] {
            let expected = format!("dependencies: {package} must not depend on serde_json: {because}");
            check(package, &["serde_json"], &[], &[&expected]);
            check(package, &[], &["serde_json"], &[]);
        }
        check("chatterbox-protocol", &["serde", "serde_json"], &[], &[]);
    }

    #[test]
    fn domain_and_protocol_do_not_wait() {
        for package in ["chatterbox-domain", "chatterbox-protocol"] {
            let because = "what decides and what describes doesn't wait";
            let expected = format!("dependencies: {package} must not depend on tokio: {because}");
            check(package, &["tokio"], &[], &[&expected]);
        }
        check("chatterbox-chat", &["tokio"], &[], &[]);
    }
}
