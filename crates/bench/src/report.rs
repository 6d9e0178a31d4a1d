//! The table, as text for the terminal and as Markdown for the repository.

use std::fmt::Write as _;

use chatterbox_domain::Clock;

use crate::clock::SystemClock;
use crate::command_line::Arguments;
use crate::machine::Machine;

/// How to read the figures; what flatters or hides is said as well.
const READING: &str = "\
- **CPU** is the user and system time of the server's process (`/proc/<pid>/stat`), all threads: the network stack's
  work for its sockets, JSON, authentication, the database and `fsync` calls included. Time spent waiting for the disk
  is not CPU time.
- **The limit** is a small epoll server in `crates/bench` that knows nothing of chat. It writes one ready-made frame of
  the same size to every member, in the same run, taking turns with the server. For one message at a time it writes each
  message by itself; for several under way it joins what waits for a member into one write, and it is given its requests
  all at once, so that it always can. No server that uses a socket per member can do much better.
- **Several under way** means: the next message is posted when one has reached every member, so the number of unfinished
  ones stays the same and the load follows the server.
- **Every message** is authenticated, parsed, ordered, and committed with `synchronous=FULL` before it is delivered; the
  members take turns in posting it.
- **Members** are people of their own with one connection each; only a room of 10 is, as yet, a direct conversation of
  two people with five connections each. Limits on rates and numbers are raised for the run.
- **Send to seen** runs from the moment a message is due until each of the members has read it, load generator
  included. The load generator shares the processor with the server.
- **The load generator polls** and never sleeps: the kernel would charge the waking of it to the server. It keeps one
  core busy, so on two cores the server's own threads share the other, which costs figures by the clock.
- **Memory per connection** is the growth of the server's anonymous memory (`RssAnon`), divided by the connections. The
  kernel's socket buffers are not in it.
- **Durable messages a second** counts by the wall clock and without sockets: use cases and storage in one process, so
  it depends on the disk more than anything else here.
- Figures are medians; the range in brackets is the lowest and the highest round.
";

/// One line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) figure: String,
    /// The limit's figure, where there is one.
    pub(crate) limit: Option<String>,
    /// How many times the limit's cost this is.
    pub(crate) ratio: Option<f64>,
    pub(crate) aim: Option<Aim>,
}

/// What was hoped for.
#[derive(Clone, Debug)]
pub(crate) struct Aim {
    pub(crate) text: &'static str,
    pub(crate) met: bool,
}

impl Row {
    /// A row with a figure alone.
    pub(crate) fn new(what: impl Into<String>, figure: String) -> Self {
        Self {
            what: what.into(),
            figure,
            limit: None,
            ratio: None,
            aim: None,
        }
    }

    /// The same with the figure of the limit; `ratio` is how many times its cost this is.
    pub(crate) fn beside(self, limit: String, ratio: f64) -> Self {
        Self {
            limit: Some(limit),
            ratio: Some(ratio),
            ..self
        }
    }

    /// The same with an aim and whether it is met.
    pub(crate) fn aiming(self, text: &'static str, met: bool) -> Self {
        Self {
            aim: Some(Aim { text, met }),
            ..self
        }
    }

    fn cells(&self) -> [String; COLUMNS.len()] {
        let aim = self.aim.as_ref();
        [
            self.what.clone(),
            self.figure.clone(),
            self.limit.clone().unwrap_or_default(),
            self.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            aim.map(|aim| aim.text.to_owned()).unwrap_or_default(),
            aim.map(|aim| if aim.met { "yes" } else { "**no**" }.to_owned())
                .unwrap_or_default(),
        ]
    }
}

const COLUMNS: [&str; 6] = ["measured", "figure", "the limit", "× its cost", "aim", "met"];

/// The figures of one run.
pub(crate) struct Report {
    command: String,
    quick: bool,
    date: String,
    machine: Machine,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn about(machine: Machine, arguments: &Arguments) -> Self {
        Self {
            command: arguments.repeated_by(),
            quick: arguments.quick,
            date: SystemClock.now().format("%Y-%m-%d").to_string(),
            machine,
            rows: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Columns lined up with spaces.
    pub(crate) fn as_text(&self) -> String {
        let mut table: Vec<[String; COLUMNS.len()]> = vec![COLUMNS.map(str::to_owned)];
        table.extend(self.rows.iter().map(Row::cells));
        let widths: [usize; COLUMNS.len()] = std::array::from_fn(|column| {
            let lengths = table.iter().map(|cells| cells[column].chars().count());
            lengths.max().unwrap_or(0)
        });
        let mut text = String::new();
        for cells in &table {
            let padded: Vec<String> = cells
                .iter()
                .zip(widths)
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            text.push_str(padded.join("  ").trim_end());
            text.push('\n');
        }
        text
    }

    /// The whole document.
    pub(crate) fn as_markdown(&self) -> String {
        let Machine {
            cores,
            processor,
            memory,
            kernel,
            file_system,
        } = &self.machine;
        let mut text = format!(
            "# Performance\n\n\
             Written by `{command}` on {date}; do not edit, run it again.\n\n\
             Machine: {processor}, {cores} cores, {memory} of memory, Linux {kernel}, database on {file_system}. The load \
             generator ran on the same cores.\n\n",
            command = self.command,
            date = self.date,
        );
        if self.quick {
            text.push_str("**A quick run: too short for its figures to mean much.**\n\n");
        }
        push_line(&mut text, &COLUMNS.map(str::to_owned));
        push_line(&mut text, &COLUMNS.map(|_| "---".to_owned()));
        for row in &self.rows {
            push_line(&mut text, &row.cells());
        }
        text.push_str("\n## How to read it\n\n");
        text.push_str(READING);
        text
    }
}

fn push_line(text: &mut String, cells: &[String]) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.max(0.0));
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn report() -> Report {
        let machine = Machine {
            cores: "2".into(),
            processor: "Example CPU".into(),
            memory: "24.0 GiB".into(),
            kernel: "6.1".into(),
            file_system: "ext4".into(),
        };
        let arguments = Arguments::parse_from(["chatterbox-bench", "--server", "/somewhere/chatterbox"]);
        let mut report = Report::about(machine, &arguments);
        let fan_out = Row::new("to 100 members", "3.00 µs".into());
        report.add(
            fan_out
                .beside("2.00 µs".into(), 1.5)
                .aiming("≤ 2.0 × the limit", true),
        );
        report.add(Row::new("idle memory", "40 MB".into()).aiming("≤ 30 MB", false));
        report
    }

    #[test]
    fn the_document_names_command_and_machine_but_no_path() {
        let text = report().as_markdown();
        assert!(text.contains("Written by `cargo xtask bench` on 20"));
        assert!(text.contains("Example CPU, 2 cores, 24.0 GiB of memory, Linux 6.1, database on ext4"));
        assert!(text.contains("| to 100 members | 3.00 µs | 2.00 µs | 1.50 | ≤ 2.0 × the limit | yes |"));
        assert!(text.contains("| idle memory | 40 MB |  |  | ≤ 30 MB | **no** |"));
        assert!(!text.contains("/somewhere"));
    }

    #[test]
    fn the_columns_of_the_terminal_line_up() {
        let text = report().as_text();
        let column = |line: &str, word: &str| line.find(word).map(|byte| line[..byte].chars().count());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(column(lines[0], "figure"), column(lines[1], "3.00"));
        assert_eq!(column(lines[0], "figure"), column(lines[2], "40 MB"));
        assert_eq!(column(lines[0], "aim"), column(lines[2], "≤ 30"));
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(grouped(2_345_678.4), "2,345,678");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(1_000.0), "1,000");
    }
}
