//! The files of the repository that people write.

use std::io;
use std::path::{Path, PathBuf};

/// Folders that hold what is built or installed, wherever they stand.
const MADE: [&str; 7] = [
    ".git",
    "target",
    "node_modules",
    "dist",
    "test-results",
    "coverage",
    "proptest-regressions",
];

/// Every written file of the repository, sorted: all but what is made, and what a server that ran here stored.
pub(super) fn written(root: &Path) -> io::Result<Vec<PathBuf>> {
    let stored = root.join("data");
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_file() {
                found.push(entry.path());
            } else if kind.is_dir()
                && entry.path() != stored
                && MADE.iter().all(|name| entry.file_name() != *name)
            {
                folders.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The names in a folder, sorted; none when the folder is not there.
pub(super) fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder)?;
    let name = |entry: io::Result<std::fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    let mut names = entries.map(name).collect::<io::Result<Vec<String>>>()?;
    names.sort();
    Ok(names)
}

/// The path as people write it: from the root, with slashes.
pub(super) fn name_from(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned()
}

pub(super) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension()
        .is_some_and(|extension| extensions.iter().any(|one| extension == *one))
}
