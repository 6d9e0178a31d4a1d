//! What a process has used, read from `/proc`.

use std::fs;
use std::io;

/// User and system time of all threads of `pid` since it started, in seconds. The kernel shows it in ticks of 10 ms,
/// so a span to be measured must be seconds long.
pub(crate) fn cpu_seconds(pid: u32) -> io::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let ticks = ticks_of(&stat).ok_or_else(|| unreadable(pid, "stat"))?;
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// The memory of a process, in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Memory {
    /// All that is resident: its own and what is mapped from files.
    pub(crate) resident: u64,
    /// What it has allocated: the part that grows with connections.
    pub(crate) anonymous: u64,
}

pub(crate) fn memory(pid: u32) -> io::Result<Memory> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    memory_of(&status).ok_or_else(|| unreadable(pid, "status"))
}

fn unreadable(pid: u32, file: &str) -> io::Error {
    io::Error::other(format!(
        "/proc/{pid}/{file} does not look as proc(5) describes it"
    ))
}

/// Fields 14 (utime) and 15 (stime) of `/proc/[pid]/stat`. The second field is the program's name in brackets, which
/// may hold spaces and brackets itself, so counting starts after the last one.
fn ticks_of(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn memory_of(status: &str) -> Option<Memory> {
    let kilobytes = |name: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse().ok()
    };
    Some(Memory {
        resident: kilobytes("VmRSS:")? * 1_024,
        anonymous: kilobytes("RssAnon:")? * 1_024,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let stat = "42 (chat (box) 1) S 1 42 42 0 -1 4194560 900 0 3 0 150 75 9 9 20 0 5 0 1234 1 2 3";
        assert_eq!(ticks_of(stat), Some(225));
        assert_eq!(ticks_of("42 (cut"), None);
    }

    #[test]
    fn memory_is_read_in_bytes() {
        let status = "Name:\tchatterbox\nVmRSS:\t   20480 kB\nRssAnon:\t    8192 kB\nRssFile:\t 12288 kB\n";
        let read = memory_of(status);
        assert_eq!(
            read,
            Some(Memory {
                resident: 20 << 20,
                anonymous: 8 << 20
            })
        );
        assert_eq!(memory_of("Name:\tchatterbox\n"), None);
    }

    #[test]
    fn this_process_has_used_something() {
        assert!(cpu_seconds(std::process::id()).is_ok());
        assert!(memory(std::process::id()).unwrap().anonymous > 0);
    }
}
