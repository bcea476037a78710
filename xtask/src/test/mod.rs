//! `cargo xtask test`: every test there is, by kind, then a table and one closing line.

pub(crate) mod cargo;
mod compat;
pub(crate) mod docs;
mod follow;
pub(crate) mod hostile;
pub(crate) mod js;
pub(crate) mod live;
pub(crate) mod outcome;
mod storm;
pub(crate) mod types;
pub(crate) mod wasm;
pub(crate) mod www;

use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::bench;
use crate::check;
use crate::package::{self, Mode};
use crate::repo::Repo;
use crate::runtimes::table;
use outcome::{Counts, Outcome};

/// In the order they run: what fails quickly comes first.
const KINDS: [Kind; 13] = [
    Kind { name: "check", run: |repo| check::run(repo, false) },
    Kind { name: "rust", run: |repo| cargo::run(repo, "neo4j-wasm") },
    Kind { name: "xtask", run: |repo| cargo::run(repo, "xtask") },
    Kind { name: "types", run: |repo| types::run(repo, &package::build(repo, Mode::Release)?) },
    Kind { name: "package", run: |repo| table::test(repo, &package::build(repo, Mode::Release)?) },
    Kind { name: "hostile", run: |repo| hostile::run(repo, &package::build(repo, Mode::Release)?) },
    Kind { name: "wasm", run: wasm::run },
    Kind { name: "bench", run: |repo| bench::test(repo, &package::build(repo, Mode::Release)?) },
    Kind { name: "docs", run: |repo| docs::run(repo, &package::build(repo, Mode::Release)?) },
    Kind { name: "live", run: |repo| live::run(repo, &package::build(repo, Mode::Release)?) },
    Kind { name: "compat", run: |repo| compat::run(repo, &package::build(repo, Mode::Release)?) },
    Kind { name: "storm", run: storm::run },
    Kind { name: "www", run: |repo| www::run(repo, &package::build(repo, Mode::Release)?) },
];

struct Kind {
    name: &'static str,
    run: fn(&Repo) -> Result<Outcome>,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    only: Option<String>,
    keep_going: bool,
}

pub(crate) fn parse(args: &[String]) -> Result<Request> {
    let mut request = Request { only: None, keep_going: true };
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--only" => request.only = Some(rest.next().context("--only wants a kind")?.clone()),
            "--keep-going" => request.keep_going = true,
            "--no-keep-going" => request.keep_going = false,
            other => bail!("test does not know {other}"),
        }
    }
    if let Some(only) = request.only.as_ref().filter(|only| KINDS.iter().all(|kind| kind.name != **only)) {
        let names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        bail!("no kind {only}; there are: {}", names.join(", "));
    }
    Ok(request)
}

/// True when nothing failed.
pub(crate) fn run(repo: &Repo, request: &Request) -> bool {
    let mut table: Vec<(&str, Counts, f64)> = Vec::new();
    let mut failed: Vec<String> = Vec::new();
    for kind in KINDS.iter().filter(|kind| request.only.as_deref().is_none_or(|only| only == kind.name)) {
        println!("== {}", kind.name);
        let begin = Instant::now();
        let mut outcome = (kind.run)(repo).unwrap_or_else(|error| Outcome::broken("(could not be run)", &error));
        // A suite that was moved away, or a pattern that matches nothing, must not pass for a success.
        if outcome.counts.total() == 0 {
            outcome.fail("(all)", "no test of this kind was found");
        }
        let seconds = begin.elapsed().as_secs_f64();
        let Outcome { counts, failures, .. } = outcome.shown(kind.name, seconds);
        failed.extend(failures.into_iter().map(|(name, _)| name));
        table.push((kind.name, counts, seconds));
        if counts.failed > 0 && !request.keep_going {
            break;
        }
    }
    // Once more by name: what was told may be pages above.
    for name in failed {
        println!("FAILED {name}");
    }
    close(&table)
}

fn close(table: &[(&str, Counts, f64)]) -> bool {
    let mut sum = Counts::default();
    println!("\n{:<10}{:>8}{:>8}{:>9}{:>9}", "kind", "passed", "failed", "skipped", "seconds");
    for (name, counts, seconds) in table {
        print!("{name:<10}{:>8}{:>8}{:>9}{seconds:>9.1}", counts.passed, counts.failed, counts.skipped);
        println!("{}", counts.restarted());
        sum += *counts;
    }
    println!("\n{sum}");
    sum.failed == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Request> {
        parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn arguments() {
        assert_eq!(parsed(&[]).unwrap(), Request { only: None, keep_going: true });
        let request = parsed(&["--only", "live", "--no-keep-going"]).unwrap();
        assert_eq!(request, Request { only: Some("live".into()), keep_going: false });
        assert!(parsed(&["--only"]).is_err());
        assert!(parsed(&["--only", "life"]).unwrap_err().to_string().contains("live"));
        assert!(parsed(&["live"]).is_err());
    }

    #[test]
    fn one_failure_anywhere_fails_the_run() {
        let counts = |failed| Counts { passed: 1, failed, ..Counts::default() };
        assert!(close(&[("a", counts(0), 0.0), ("b", counts(0), 0.0)]));
        assert!(!close(&[("a", counts(1), 0.0), ("b", counts(0), 0.0)]));
    }
}
