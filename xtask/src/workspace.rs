//! What cargo knows about this workspace: its packages, what they declare to depend on, and where it builds.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::{Failure, Outcome};
use crate::program::Program;

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// The workspace as `cargo metadata` tells it.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
    /// The folder with `debug/` and `release/`.
    pub(crate) target: PathBuf,
}

/// One of our packages, with the direct dependencies its manifest names.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Debug)]
pub(crate) struct Dependency {
    /// The package's own name, also where the manifest renames it.
    pub(crate) name: String,
    pub(crate) reach: Reach,
}

/// Who is concerned by a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What is shipped (and the build scripts that make it).
    Shipped,
    /// Tests, benchmarks and examples only.
    TestsOnly,
}

impl Workspace {
    /// Asks cargo; needs neither the network nor a lock file.
    pub(crate) fn read() -> Outcome<Self> {
        let metadata = Program::cargo(["metadata", "--no-deps", "--format-version", "1"]).output()?;
        let metadata: Value = serde_json::from_str(&metadata)
            .map_err(|cause| Failure::cannot("read `cargo metadata`", cause))?;
        Ok(Self {
            packages: objects(&metadata["packages"]).map(Package::read).collect(),
            target: PathBuf::from(text(&metadata["target_directory"])),
        })
    }
}

impl Package {
    fn read(package: &Value) -> Self {
        let dependencies = objects(&package["dependencies"]).map(|dependency| Dependency {
            name: text(&dependency["name"]),
            reach: if dependency["kind"] == "dev" {
                Reach::TestsOnly
            } else {
                Reach::Shipped
            },
        });
        Self {
            name: text(&package["name"]),
            dependencies: dependencies.collect(),
        }
    }

    /// A package as a test describes it: shipped dependencies first, then those of its tests.
    #[cfg(test)]
    pub(crate) fn described(name: &str, shipped: &[&str], tests_only: &[&str]) -> Self {
        let with = |reach| {
            move |name: &&str| Dependency {
                name: (*name).to_owned(),
                reach,
            }
        };
        Self {
            name: name.to_owned(),
            dependencies: shipped
                .iter()
                .map(with(Reach::Shipped))
                .chain(tests_only.iter().map(with(Reach::TestsOnly)))
                .collect(),
        }
    }
}

fn objects(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_package_is_found_with_its_only_dependency() {
        let workspace = Workspace::read().expect("cargo runs these tests");
        let xtask = workspace
            .packages
            .iter()
            .find(|package| package.name == "xtask")
            .expect("we are in it");
        let names: Vec<&str> = xtask
            .dependencies
            .iter()
            .map(|dependency| dependency.name.as_str())
            .collect();
        assert_eq!(names, ["serde_json"]);
        assert!(workspace.target.is_absolute());
    }

    #[test]
    fn a_dependency_of_tests_is_told_apart() {
        let package = serde_json::json!({"name": "a", "dependencies": [
            {"name": "b", "kind": null}, {"name": "c", "kind": "dev"}, {"name": "d", "kind": "build"}]});
        let reaches: Vec<Reach> = Package::read(&package)
            .dependencies
            .iter()
            .map(|d| d.reach)
            .collect();
        assert_eq!(reaches, [Reach::Shipped, Reach::TestsOnly, Reach::Shipped]);
    }
}
