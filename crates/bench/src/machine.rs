//! The machine on which a measurement ran, as far as it matters to whoever compares figures.

use std::fs;
use std::path::Path;
use std::thread;

/// What is known about this machine; what cannot be found out is "unknown".
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) cores: String,
    pub(crate) processor: String,
    pub(crate) memory: String,
    pub(crate) kernel: String,
    /// The kind of file system that the database is on: the cost of a commit depends on it.
    pub(crate) file_system: String,
}

impl Machine {
    /// Looks at this machine and at the file system of `folder`.
    pub(crate) fn describe(folder: &Path) -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let known = |found: Option<String>| found.unwrap_or_else(|| "unknown".to_owned());
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        Self {
            cores: known(
                thread::available_parallelism()
                    .ok()
                    .map(|count| count.to_string()),
            ),
            processor: known(field(&read("/proc/cpuinfo"), "model name")),
            memory: known(field(&read("/proc/meminfo"), "MemTotal").and_then(|total| in_gib(&total))),
            kernel: known(Some(read("/proc/sys/kernel/osrelease").trim().to_owned())),
            file_system: known(file_system_of(&folder, &read("/proc/self/mounts"))),
        }
    }
}

/// The value of the first line `name : value`.
fn field(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

fn in_gib(kilobytes: &str) -> Option<String> {
    let kilobytes: f64 = kilobytes.strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{:.1} GiB", kilobytes / 1_048_576.0))
}

/// The type of the deepest mount that `folder` is under.
fn file_system_of(folder: &Path, mounts: &str) -> Option<String> {
    mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_ascii_whitespace().skip(1);
            Some((Path::new(fields.next()?), fields.next()?))
        })
        .filter(|(place, _)| folder.starts_with(place))
        .max_by_key(|(place, _)| place.components().count())
        .map(|(_, kind)| kind.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_proc_files_are_found() {
        let cpuinfo = "processor\t: 0\nmodel name\t: Example CPU @ 2.00GHz\nprocessor\t: 1\n";
        assert_eq!(
            field(cpuinfo, "model name").as_deref(),
            Some("Example CPU @ 2.00GHz")
        );
        assert_eq!(field(cpuinfo, "model"), None);
        assert_eq!(in_gib("25165824 kB").as_deref(), Some("24.0 GiB"));
    }

    #[test]
    fn the_deepest_mount_tells_the_file_system() {
        let mounts = "/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/b /tmpfiles xfs rw 0 0\n";
        let kind = |folder: &str| file_system_of(Path::new(folder), mounts);
        assert_eq!(kind("/tmp/bench").as_deref(), Some("tmpfs"));
        assert_eq!(kind("/tmpfiles").as_deref(), Some("xfs"));
        assert_eq!(kind("/home").as_deref(), Some("ext4"));
    }
}
