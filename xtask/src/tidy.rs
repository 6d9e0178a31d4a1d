//! `cargo xtask tidy`: the rules of the house that no compiler checks. Each rule is a function from plain facts to
//! complaints, so that a test can show it a bad example.

mod arrows;
mod decisions;
mod externals;
mod files;
mod links;
mod migrations;
mod rust_code;
mod sources;

use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::workspace::{Workspace, root};

/// One sentence for each place where a rule is broken.
type Complaints = Vec<String>;

/// Checks every rule and names every break of one.
pub(crate) fn check() -> Outcome {
    let mut complaints = among_packages(&Workspace::read()?);
    complaints.extend(among_files(root()).map_err(|cause| Failure::cannot("read the repository", cause))?);
    if complaints.is_empty() {
        eprintln!("The house is tidy.");
        return Ok(());
    }
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    Err(Failure::new("the rules named above are broken"))
}

fn among_packages(workspace: &Workspace) -> Complaints {
    [
        arrows::complaints(&workspace.packages),
        externals::complaints(&workspace.packages),
    ]
    .concat()
}

fn among_files(root: &Path) -> std::io::Result<Complaints> {
    let mut complaints = Complaints::new();
    let mut sources = Vec::new();
    for path in files::written(root)? {
        let name = files::name_from(root, &path);
        if files::has_extension(&path, &["md"]) {
            complaints.extend(links::complaints(root, &path, &std::fs::read_to_string(&path)?));
        } else if files::has_extension(&path, &["rs", "ts", "js", "mjs", "svelte"]) {
            sources.push(sources::Source {
                name,
                text: std::fs::read_to_string(&path)?,
            });
        }
    }
    complaints.extend(sources::complaints(&sources));
    complaints.extend(decisions::complaints(&files::names_in(
        &root.join("docs/decisions"),
    )?));
    let [sqlite, postgres] = ["sqlite", "postgres"].map(|database| root.join("migrations").join(database));
    complaints.extend(migrations::complaints(
        &files::names_in(&sqlite)?,
        &files::names_in(&postgres)?,
    ));
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds also for those who never type the command.
    #[test]
    fn the_arrows_between_the_packages_of_this_repository_hold() {
        let workspace = Workspace::read().expect("cargo runs these tests");
        assert_eq!(among_packages(&workspace), Complaints::new());
    }
}
