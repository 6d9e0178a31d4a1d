//! What a test run ends with: a table, what failed and why, and one last line that a script can read.

use std::fmt;
use std::time::Duration;

use crate::failure::{Failure, Outcome};

/// What became of each part, in the order they ran.
#[derive(Debug, Default)]
pub(super) struct Summary {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    part: &'static str,
    verdict: Verdict,
    took: Duration,
}

#[derive(Debug)]
pub(super) enum Verdict {
    Passed,
    Failed(Failure),
    /// Left out by name.
    Skipped,
}

impl Verdict {
    pub(super) fn of(outcome: Outcome) -> Self {
        outcome.map_or_else(Self::Failed, |()| Self::Passed)
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "FAILED",
            Self::Skipped => "skipped",
        }
    }
}

impl Summary {
    pub(super) fn add(&mut self, part: &'static str, verdict: Verdict, took: Duration) {
        self.lines.push(Line { part, verdict, took });
    }

    /// Whether nothing failed.
    pub(super) fn all_is_well(&self) -> bool {
        self.count("FAILED") == 0
    }

    fn count(&self, word: &str) -> usize {
        self.lines
            .iter()
            .filter(|line| line.verdict.word() == word)
            .count()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<10} {:<8} {:>8}", "part", "result", "seconds")?;
        for Line { part, verdict, took } in &self.lines {
            writeln!(f, "{part:<10} {:<8} {:>8.1}", verdict.word(), took.as_secs_f64())?;
        }
        for Line { part, verdict, .. } in &self.lines {
            if let Verdict::Failed(failure) = verdict {
                writeln!(f, "\n{part}: {failure}")?;
            }
        }
        let (passed, failed, skipped) = (self.count("passed"), self.count("FAILED"), self.count("skipped"));
        write!(f, "\n{passed} passed, {failed} failed")?;
        if skipped > 0 {
            write!(f, ", {skipped} skipped")
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(verdicts: Vec<(&'static str, Verdict)>) -> Summary {
        let mut summary = Summary::default();
        for (part, verdict) in verdicts {
            summary.add(part, verdict, Duration::from_millis(1_250));
        }
        summary
    }

    #[test]
    fn the_table_shows_each_part_and_the_last_line_counts_them() {
        let summary = summary(vec![
            ("tidy", Verdict::Passed),
            ("rust", Verdict::of(Err(Failure::new("no")))),
            ("journeys", Verdict::Skipped),
        ]);
        assert_eq!(
            summary.to_string(),
            "part       result    seconds\n\
             tidy       passed        1.2\n\
             rust       FAILED        1.2\n\
             journeys   skipped       1.2\n\
             \n\
             rust: no\n\
             \n\
             1 passed, 1 failed, 1 skipped"
        );
        assert!(!summary.all_is_well());
    }

    #[test]
    fn nothing_skipped_is_not_mentioned() {
        let summary = summary(vec![("tidy", Verdict::Passed), ("rust", Verdict::Passed)]);
        assert!(summary.to_string().ends_with("\n2 passed, 0 failed"));
        assert!(summary.all_is_well());
    }
}
