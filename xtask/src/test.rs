//! `cargo xtask test`: everything that has to hold, part by part, with a summary at the end.

mod part;
mod selection;
mod summary;

use std::process::ExitCode;
use std::time::Instant;

use crate::failure::{Failure, Outcome};
use crate::machine;
use part::Part;
use selection::Selection;
use summary::{Summary, Verdict};

/// Runs the chosen parts one after the other; a part that fails doesn't keep the later ones from running. The code says
/// whether all of them passed.
pub(crate) fn check_everything(arguments: &[String]) -> Outcome<ExitCode> {
    let selection = Selection::parse(arguments)?;
    let chosen = Part::ALL.into_iter().filter(|part| selection.contains(*part));
    let unmet = machine::provide(chosen.flat_map(Part::needs).copied())?;
    let mut summary = Summary::default();
    for part in Part::ALL {
        let start = Instant::now();
        let lacks = unmet.iter().filter(|(need, _)| part.needs().contains(need));
        let lacks: Vec<&str> = lacks.map(|(_, sentence)| sentence.as_str()).collect();
        let verdict = if !selection.contains(part) {
            Verdict::Skipped
        } else if lacks.is_empty() {
            eprintln!("\n== {}", part.name());
            Verdict::of(part.run())
        } else {
            Verdict::Failed(Failure::new(lacks.join("\n")))
        };
        summary.add(part.name(), verdict, start.elapsed());
    }
    println!("\n{summary}");
    Ok(if summary.all_is_well() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
