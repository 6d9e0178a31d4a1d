//! The files of the repository that people write.

use std::io;
use std::path::{Path, PathBuf};

/// Folders that hold what is built, installed or stored, wherever they stand.
const NOT_WRITTEN: [&str; 8] = [
    ".git",
    "target",
    "node_modules",
    "dist",
    "data",
    "test-results",
    "coverage",
    "proptest-regressions",
];

/// Every written file below the folder, sorted.
pub(super) fn below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_file() {
            found.push(entry.path());
        } else if kind.is_dir() && NOT_WRITTEN.iter().all(|name| entry.file_name() != *name) {
            found.extend(below(&entry.path())?);
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
