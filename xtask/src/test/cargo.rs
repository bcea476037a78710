//! Tests that cargo runs: those of the crate and our own. Counted from what libtest prints.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::outcome::{Counts, Outcome};
use crate::process;
use crate::repo::Repo;

/// `cargo test` for one package of the workspace with all its features, doc tests too.
pub(crate) fn run(repo: &Repo, package: &str) -> Result<Outcome> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&repo.root).args(["test", "--package", package, "--all-features", "--no-fail-fast"]);
    // Compiler messages go straight through: they are the progress of a cold run.
    let mut child = cargo.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let mut lines = Vec::new();
    for line in BufReader::new(child.stdout.take().context("cargo has no output")?).lines() {
        lines.push(line?);
    }
    let succeeded = child.wait()?.success();
    Ok(read(&lines, succeeded, &process::describe(&cargo)))
}

/// Reads libtest's output. A run that failed without a failed test did not compile, or died midway: that counts as one.
pub(super) fn read(lines: &[String], succeeded: bool, command: &str) -> Outcome {
    let mut outcome = Outcome::default();
    for line in lines {
        if let Some(counts) = summary(line) {
            outcome.counts += counts;
        }
        if let Some(reason) = ignored(line) {
            *outcome.skips.entry(reason.to_owned()).or_default() += 1;
        }
    }
    if !succeeded {
        let counted = outcome.counts.failed;
        let what = lines.iter().filter(|line| !is_noise(line)).cloned().collect::<Vec<_>>().join("\n");
        outcome.fail(command, what);
        // The one entry shows them all; the number is libtest's, where it gave one.
        outcome.counts.failed = counted.max(1);
    }
    outcome
}

/// `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`
fn summary(line: &str) -> Option<Counts> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = Counts::default();
    for part in numbers.split(';') {
        match part.trim().split_once(' ') {
            Some((number, "passed")) => counts.passed = number.parse().ok()?,
            Some((number, "failed")) => counts.failed = number.parse().ok()?,
            Some((number, "ignored")) => counts.skipped = number.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

/// `test name ... ignored, reason`
fn ignored(line: &str) -> Option<&str> {
    let (_, verdict) = line.strip_prefix("test ")?.split_once(" ... ignored")?;
    Some(verdict.strip_prefix(", ").unwrap_or("ignored"))
}

fn is_noise(line: &str) -> bool {
    let passed = line.starts_with("test ") && (line.ends_with("... ok") || line.contains("... ignored"));
    passed || line.is_empty() || line.starts_with("running ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn several_binaries_add_up() {
        let said = lines(
            "\nrunning 3 tests\ntest a ... ok\ntest b ... ignored, takes an hour\ntest c ... ok\n\n\
             test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.00s\n\
             \nrunning 1 test\ntest src/lib.rs - x (line 3) ... ok\n\
             test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s\n",
        );
        let outcome = read(&said, true, "cargo test");
        assert_eq!(outcome.counts, Counts { passed: 3, failed: 0, skipped: 1, restarts: 0 });
        assert_eq!(outcome.skips["takes an hour"], 1);
    }

    #[test]
    fn failures_keep_their_number_and_their_words() {
        let said = lines(
            "running 3 tests\ntest a ... ok\ntest b ... FAILED\ntest c ... FAILED\n\nfailures:\n\n---- b stdout ----\n\
             left: 1\n\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0s",
        );
        let outcome = read(&said, false, "cargo test");
        assert_eq!(outcome.counts, Counts { passed: 1, failed: 2, skipped: 0, restarts: 0 });
        let why = &outcome.failures[0].1;
        assert!(why.contains("left: 1") && why.contains("test b ... FAILED") && !why.contains("test a"), "{why}");
    }

    #[test]
    fn a_run_that_died_is_a_failure() {
        let outcome = read(&lines("running 1 test\nthread 'a' has overflowed its stack"), false, "cargo test");
        assert_eq!(outcome.counts, Counts { passed: 0, failed: 1, skipped: 0, restarts: 0 });
        assert_eq!(read(&[], false, "cargo test").counts.failed, 1);
    }
}
