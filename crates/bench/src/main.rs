//! Load generator and benchmarks, with the limit they are compared to.

mod child;
mod clock;
mod closed_loop;
mod command_line;
mod http;
mod limit;
mod machine;
mod measure;
mod people;
mod readiness;
mod report;
mod statistics;
mod swarm;
mod usage;
mod websocket;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use rustix::process::{Resource, Rlimit};

use crate::command_line::{Arguments, Command};
use crate::limit::Limit;
use crate::report::Report;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = open_many_files().and_then(|()| match &arguments.command {
        Some(Command::Limit(limit)) => serve_limit(limit),
        None => measure_all(&arguments),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chatterbox-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Raises the limit of open files as far as is allowed; the servers that are started inherit it.
fn open_many_files() -> io::Result<()> {
    let allowed = rustix::process::getrlimit(Resource::Nofile).maximum;
    let raised = Rlimit {
        current: allowed,
        maximum: allowed,
    };
    Ok(rustix::process::setrlimit(Resource::Nofile, raised)?)
}

fn serve_limit(arguments: &command_line::LimitArguments) -> io::Result<()> {
    let limit = Limit::bind(arguments.listen, arguments.frame_bytes, arguments.writing())?;
    eprintln!("listening on {}", limit.address()?);
    limit.run()
}

fn measure_all(arguments: &Arguments) -> io::Result<()> {
    let report_file = arguments.report_file()?;
    let bench = measure::Bench::prepare(arguments)?;
    let mut report = Report::about(bench.machine(), arguments);
    for measurement in arguments.measurements() {
        eprintln!("measuring {measurement} …");
        match measurement.run(&bench) {
            Ok(rows) => rows.into_iter().for_each(|row| report.add(row)),
            Err(error) => {
                // What has been measured took minutes: it is shown, but no report is made of it.
                println!("{}", report.as_text());
                return Err(io::Error::other(format!("{measurement}: {error}")));
            }
        }
    }
    println!("{}", report.as_text());
    if let Some(file) = report_file {
        std::fs::write(&file, report.as_markdown())?;
        println!("written to {}", file.display());
    }
    Ok(())
}
