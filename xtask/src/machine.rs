//! What the commands need from the machine beyond Rust, how it is recognised, and how it is installed or named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::program::{Program, find};

/// Something a part of the work cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    CCompiler,
    Node,
    PostgreSql,
    Chromium,
}

/// What Vite asks for.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Makes sure of a need; where it cannot be met the failure says which command installs it.
pub(crate) fn provide_one(need: Need) -> Outcome {
    match provide([need])?.pop() {
        None => Ok(()),
        Some((_, sentence)) => Err(Failure::new(sentence)),
    }
}

/// Installs what is missing, where this machine lets us (Debian, as root), and returns what is missing still, each
/// with a sentence that names the command to type.
pub(crate) fn provide(needs: impl IntoIterator<Item = Need>) -> Outcome<Vec<(Need, String)>> {
    let machine = Machine::look()?;
    let needs: BTreeSet<Need> = needs.into_iter().collect();
    let missing: Vec<Need> = needs.iter().copied().filter(|need| need.is_missing()).collect();
    if !missing.is_empty() && machine.lets_us_install {
        // What could not be installed is complained about below, need by need.
        install(&missing).unwrap_or_else(|failure| eprintln!("{failure}"));
    }
    Ok(needs
        .into_iter()
        .filter_map(|need| Some((need, need.complaint(&machine)?)))
        .collect())
}

/// Where Chromium is.
pub(crate) fn chromium() -> Option<PathBuf> {
    find("chromium").or_else(|| find("chromium-browser"))
}

/// The folder with PostgreSQL's server programs. Debian keeps them off `PATH`, one folder for each version.
pub(crate) fn postgres_programs() -> Option<PathBuf> {
    let complete = |folder: &Path| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|name| folder.join(name).is_file())
    };
    let on_path = find("initdb").and_then(|initdb| initdb.parent().map(Path::to_owned));
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut installed: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, folder)| complete(folder))
        .collect();
    installed.sort();
    on_path
        .filter(|folder| complete(folder))
        .or_else(|| installed.pop().map(|(_, folder)| folder))
}

/// Whether this process is root, to whom Debian's packages are open and PostgreSQL is closed.
pub(crate) fn we_are_root() -> Outcome<bool> {
    Ok(Program::new("id").args(["-u"]).output()? == "0")
}

/// The machine, as far as installing is concerned.
#[derive(Debug, Clone, Copy)]
struct Machine {
    kind: Kind,
    lets_us_install: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Debian,
    MacOs,
    Other,
}

impl Machine {
    fn look() -> Outcome<Self> {
        let kind = match std::env::consts::OS {
            "macos" => Kind::MacOs,
            _ if Path::new("/etc/debian_version").is_file() && find("apt-get").is_some() => Kind::Debian,
            _ => Kind::Other,
        };
        Ok(Self {
            kind,
            lets_us_install: kind == Kind::Debian && we_are_root()?,
        })
    }
}

impl Need {
    fn is_missing(self) -> bool {
        match self {
            Self::CCompiler => find("cc").is_none(),
            Self::Node => find("node").is_none() || find("npm").is_none(),
            Self::PostgreSql => postgres_programs().is_none(),
            Self::Chromium => chromium().is_none(),
        }
    }

    /// Why this need is not met, and what to type; nothing when it is met.
    fn complaint(self, machine: &Machine) -> Option<String> {
        if self.is_missing() {
            Some(self.how_to_install(machine))
        } else if self == Self::Node {
            let version = Program::new("node")
                .args(["--version"])
                .output()
                .unwrap_or_default();
            too_old(&version)
        } else {
            None
        }
    }

    fn how_to_install(self, machine: &Machine) -> String {
        let name = self.name();
        let debian = self.debian_packages().join(" ");
        match machine.kind {
            Kind::Debian if machine.lets_us_install => {
                format!("{name} is missing, and `apt-get install {debian}` did not bring it.")
            }
            Kind::Debian => format!("{name} is missing. Install it with: sudo apt-get install {debian}"),
            Kind::MacOs => format!("{name} is missing. Install it with: {}", self.macos_command()),
            Kind::Other => format!(
                "{name} is missing. Install it with this system's package manager (on Debian it is: \
                 apt-get install {debian})"
            ),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::CCompiler => "A C compiler",
            Self::Node => "Node with npm",
            Self::PostgreSql => "The PostgreSQL server (initdb, pg_ctl)",
            Self::Chromium => "Chromium",
        }
    }

    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::CCompiler => &["build-essential"],
            Self::Node => &["nodejs", "npm"],
            Self::PostgreSql => &["postgresql"],
            Self::Chromium => &["chromium"],
        }
    }

    fn macos_command(self) -> &'static str {
        match self {
            Self::CCompiler => "xcode-select --install",
            Self::Node => "brew install node",
            Self::PostgreSql => "brew install postgresql",
            Self::Chromium => "brew install chromium",
        }
    }
}

fn install(missing: &[Need]) -> Outcome {
    let apt = |arguments: &[&str]| {
        Program::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
    };
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|need| need.debian_packages())
        .copied()
        .collect();
    apt(&["update"]).run()?;
    apt(&["install", "--yes", "--no-install-recommends"])
        .args(packages)
        .run()
}

/// A sentence when `node --version` printed (as `v20.19.0`) a version below what the web client's tools ask for.
fn too_old(version: &str) -> Option<String> {
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map(|number| number.parse().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let (major, minor) = OLDEST_NODE;
    (found < OLDEST_NODE).then(|| {
        format!(
            "Node {major}.{minor} or newer is needed and `node --version` says {version}. Install a newer one, for \
             example with: npm install --global n && n lts"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY_NEED: [Need; 4] = [Need::CCompiler, Need::Node, Need::PostgreSql, Need::Chromium];

    #[test]
    fn a_visitor_without_rights_is_told_the_command() {
        let machine = Machine {
            kind: Kind::Debian,
            lets_us_install: false,
        };
        assert_eq!(
            Need::Chromium.how_to_install(&machine),
            "Chromium is missing. Install it with: sudo apt-get install chromium"
        );
        assert_eq!(
            Need::Node.how_to_install(&machine),
            "Node with npm is missing. Install it with: sudo apt-get install nodejs npm"
        );
    }

    #[test]
    fn every_need_has_a_command_on_every_kind_of_machine() {
        for need in EVERY_NEED {
            for kind in [Kind::Debian, Kind::MacOs, Kind::Other] {
                let sentence = need.how_to_install(&Machine {
                    kind,
                    lets_us_install: false,
                });
                assert!(sentence.contains("nstall"), "{sentence}");
            }
        }
    }

    #[test]
    fn an_old_node_is_refused_and_a_new_one_is_not() {
        assert!(too_old("v18.20.4").is_some_and(|sentence| sentence.contains("v18.20.4")));
        assert!(too_old("v20.18.1").is_some());
        assert!(too_old("").is_some());
        assert_eq!(too_old("v20.19.0"), None);
        assert_eq!(too_old("v24.1.0"), None);
    }
}
