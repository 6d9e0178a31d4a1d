//! Building the web client, and only when something changed.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::machine::{self, Need};
use crate::program::Program;
use crate::workspace::root;

/// Brings `web/dist` up to date with its sources: installs the packages of `package-lock.json` when they are missing
/// or older than it, and builds when a source differs from the last build's.
pub(crate) fn build() -> Outcome {
    machine::provide_one(Need::Node)?;
    let web = root().join("web");
    install_packages(&web)?;
    let cannot_read = |cause| Failure::cannot("read the sources of the web client", cause);
    let fingerprint = fingerprint(&web).map_err(cannot_read)?;
    if last_build(&web).is_some_and(|last| last == fingerprint) {
        eprintln!("The web client is up to date.");
        return Ok(());
    }
    Program::npm(["run", "build"]).run()?;
    remember_build(&web, &fingerprint).map_err(|cause| Failure::cannot("note the web client's build", cause))
}

fn install_packages(web: &Path) -> Outcome {
    if !web.join("package.json").is_file() {
        return Err(Failure::new(
            "web/package.json is missing: this checkout has no web client to build.",
        ));
    }
    if packages_are_current(web) {
        return Ok(());
    }
    Program::npm(["ci", "--no-audit", "--no-fund"]).run()
}

/// npm writes its own lock file into `node_modules` at the end of every installation.
fn packages_are_current(web: &Path) -> bool {
    let changed = |path: &str| fs::metadata(web.join(path)).and_then(|file| file.modified()).ok();
    match (
        changed("node_modules/.package-lock.json"),
        changed("package-lock.json"),
    ) {
        (Some(installed), Some(wanted)) => installed >= wanted,
        _ => false,
    }
}

/// Changes with every name and every byte that can change the build. What is built or installed stands in ignored
/// folders; the lock file stands for the latter.
fn fingerprint(web: &Path) -> io::Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in sources(web)? {
        path.strip_prefix(web).unwrap_or(&path).hash(&mut hasher);
        fs::read(&path)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Every file below the folder, sorted, without what is made from the sources.
fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    const MADE: [&str; 4] = ["node_modules", "dist", "test-results", "coverage"];
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            found.push(entry.path());
        } else if entry.file_type()?.is_dir() && MADE.iter().all(|made| entry.file_name() != *made) {
            found.extend(sources(&entry.path())?);
        }
    }
    found.sort();
    Ok(found)
}

/// The note stands with the installed packages, so that `npm ci` takes it away: new packages are a new build.
fn note(web: &Path) -> PathBuf {
    web.join("node_modules/.chatterbox-build")
}

/// The fingerprint of the sources that `dist` was built from, unless somebody else built there since.
fn last_build(web: &Path) -> Option<String> {
    let note = fs::read_to_string(note(web)).ok()?;
    let (fingerprint, built) = note.split_once('\n')?;
    (time_of_build(web).ok()? == built).then(|| fingerprint.to_owned())
}

fn remember_build(web: &Path, fingerprint: &str) -> io::Result<()> {
    fs::write(note(web), format!("{fingerprint}\n{}", time_of_build(web)?))
}

fn time_of_build(web: &Path) -> io::Result<String> {
    Ok(format!(
        "{:?}",
        fs::metadata(web.join("dist/index.html"))?.modified()?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A web folder that is removed with the value.
    struct Folder(PathBuf);

    impl Folder {
        fn with(test: &str, files: &[(&str, &str)]) -> Self {
            let folder = Self(std::env::temp_dir().join(format!("xtask-web-{}-{test}", std::process::id())));
            for (path, text) in files {
                folder.write(path, text);
            }
            folder
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().expect("a file has a folder"))
                .expect("the temp folder is writable");
            fs::write(path, text).expect("the temp folder is writable");
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).expect("it was created by the test");
        }
    }

    #[test]
    fn the_fingerprint_follows_names_and_contents_but_not_what_is_made_from_them() {
        let folder = Folder::with("fingerprint", &[("src/a.ts", "1"), ("package.json", "{}")]);
        let first = fingerprint(&folder.0).expect("readable");
        folder.write("dist/index.html", "<p>");
        folder.write("node_modules/x/index.js", "x");
        assert_eq!(fingerprint(&folder.0).expect("readable"), first);
        folder.write("src/a.ts", "2");
        let second = fingerprint(&folder.0).expect("readable");
        assert_ne!(second, first);
        folder.write("src/b.ts", "");
        assert_ne!(fingerprint(&folder.0).expect("readable"), second);
    }

    #[test]
    fn a_build_is_remembered_until_something_else_writes_it() {
        let folder = Folder::with(
            "remember",
            &[
                ("dist/index.html", "ours"),
                ("node_modules/.package-lock.json", ""),
            ],
        );
        assert_eq!(last_build(&folder.0), None);
        remember_build(&folder.0, "abc").expect("writable");
        assert_eq!(last_build(&folder.0).as_deref(), Some("abc"));
        let index = fs::File::options()
            .write(true)
            .open(folder.0.join("dist/index.html"))
            .expect("it is there");
        index
            .set_modified(std::time::UNIX_EPOCH)
            .expect("the file is ours");
        assert_eq!(last_build(&folder.0), None);
    }

    #[test]
    fn packages_older_than_the_lock_file_are_not_current() {
        let folder = Folder::with("packages", &[("package-lock.json", "{}")]);
        assert!(!packages_are_current(&folder.0));
        folder.write("node_modules/.package-lock.json", "{}");
        assert!(packages_are_current(&folder.0));
        let installed = fs::File::options()
            .write(true)
            .open(folder.0.join("node_modules/.package-lock.json"));
        installed
            .expect("it is there")
            .set_modified(std::time::UNIX_EPOCH)
            .expect("the file is ours");
        assert!(!packages_are_current(&folder.0));
    }

    #[test]
    fn a_missing_web_client_is_named() {
        let folder = Folder::with("missing", &[("src/a.ts", "")]);
        let failure = install_packages(&folder.0).expect_err("there is no package.json");
        assert!(
            failure.to_string().starts_with("web/package.json is missing"),
            "{failure}"
        );
    }
}
