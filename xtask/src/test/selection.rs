//! Which parts a test run was asked for.

use crate::failure::{Failure, Outcome};
use crate::test::part::Part;

/// Everything, unless the command line names parts: `--only rust` or `--skip web journeys`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Selection {
    Everything,
    Only(Vec<Part>),
    AllBut(Vec<Part>),
}

impl Selection {
    pub(super) fn parse(arguments: &[String]) -> Outcome<Self> {
        let mut selection = Self::Everything;
        for argument in arguments {
            selection = match (argument.as_str(), selection) {
                ("--only", Self::Everything) => Self::Only(Vec::new()),
                ("--skip", Self::Everything) => Self::AllBut(Vec::new()),
                ("--only", only @ Self::Only(_)) => only,
                ("--skip", all_but @ Self::AllBut(_)) => all_but,
                ("--only" | "--skip", _) => {
                    return Err(Failure::new(
                        "--only and --skip contradict each other; choose one",
                    ));
                }
                (name, Self::Only(parts)) => Self::Only(with(parts, name)?),
                (name, Self::AllBut(parts)) => Self::AllBut(with(parts, name)?),
                (stray, Self::Everything) => {
                    return Err(Failure::new(format!(
                        "`test` doesn't know `{stray}`; it takes --skip and --only"
                    )));
                }
            };
        }
        match selection {
            Self::Only(parts) | Self::AllBut(parts) if parts.is_empty() => Err(Failure::new(
                "name a part after --only or --skip, for example: cargo xtask test --only rust",
            )),
            selection => Ok(selection),
        }
    }

    pub(super) fn contains(&self, part: Part) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(parts) => parts.contains(&part),
            Self::AllBut(parts) => !parts.contains(&part),
        }
    }
}

fn with(mut parts: Vec<Part>, name: &str) -> Outcome<Vec<Part>> {
    parts.push(Part::named(name)?);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Outcome<Selection> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Selection::parse(&words)
    }

    #[test]
    fn without_arguments_everything_runs() {
        let selection = parse("").expect("a good line");
        assert!(Part::ALL.into_iter().all(|part| selection.contains(part)));
    }

    #[test]
    fn parts_are_named_one_by_one_or_in_a_row() {
        let expected = Selection::AllBut(vec![Part::Web, Part::Journeys]);
        assert_eq!(parse("--skip web journeys"), Ok(expected));
        let expected = Selection::Only(vec![Part::Tidy, Part::Rust]);
        assert_eq!(parse("--only tidy --only rust"), Ok(expected));
    }

    #[test]
    fn what_is_not_named_by_only_is_left_out() {
        let selection = parse("--only rust").expect("a good line");
        assert!(selection.contains(Part::Rust));
        assert!(!selection.contains(Part::Web));
    }

    #[test]
    fn unclear_lines_are_refused() {
        for (line, because) in [
            ("--only", "name a part"),
            ("--skip rost", "tidy, format, lints, web, rust, journeys"),
            ("--only rust --skip web", "contradict"),
            ("rust", "`rust`"),
        ] {
            let failure = parse(line).expect_err(line);
            assert!(failure.to_string().contains(because), "{line}: {failure}");
        }
    }
}
