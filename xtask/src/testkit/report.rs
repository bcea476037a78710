//! What a run came to: a table by package, why tests were skipped, and what failed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use crate::test::outcome::Counts;

const MARK: &str = "@test ";

pub(super) struct Report {
    /// What failed tests and their servers said, written as it comes.
    file: PathBuf,
    said: File,
    packages: BTreeMap<String, (Counts, f64)>,
    /// Reasons, with how many tests, or parts of tests, were skipped for each.
    skipped: BTreeMap<String, usize>,
    parts_skipped: BTreeMap<String, usize>,
    total: usize,
    /// Parts of the run that came to their end.
    done: usize,
}

impl Report {
    pub(super) fn new(folder: &Path) -> Result<Report> {
        fs::create_dir_all(folder)?;
        let file = folder.join("failures.txt");
        Ok(Report {
            said: File::create(&file)?,
            file,
            packages: BTreeMap::new(),
            skipped: BTreeMap::new(),
            parts_skipped: BTreeMap::new(),
            total: 0,
            done: 0,
        })
    }

    /// A line of a runner; anything without the mark is shown as it is.
    pub(super) fn line(&mut self, line: &str) -> Result<()> {
        let Some(result) = line.strip_prefix(MARK).and_then(|json| serde_json::from_str::<Value>(json).ok()) else {
            println!("  | {line}");
            return Ok(());
        };
        self.total += result["total"].as_u64().map_or(0, |total| usize::try_from(total).unwrap_or(0));
        self.done += usize::from(result["done"] == true);
        if let Some(id) = result["id"].as_str() {
            self.test(id, &result)?;
        }
        Ok(())
    }

    fn test(&mut self, id: &str, result: &Value) -> Result<()> {
        let (counts, seconds) = self.packages.entry(package(id).to_owned()).or_default();
        *seconds += result["seconds"].as_f64().unwrap_or_default();
        match result["outcome"].as_str() {
            Some("passed") => counts.passed += 1,
            Some("skipped") => {
                counts.skipped += 1;
                *self.skipped.entry(reason(&result["reason"])).or_default() += 1;
            }
            _ => {
                counts.failed += 1;
                let text = |key: &str| result[key].as_str().unwrap_or("").trim_end().to_owned();
                let (error, log) = (text("error"), text("log"));
                println!("FAILED {id}\n       {}", error.lines().last().unwrap_or_default());
                writeln!(self.said, "#### {id}\n{error}\n\n{log}\n")?;
            }
        }
        for part in result["partsSkipped"].as_array().into_iter().flatten() {
            *self.parts_skipped.entry(reason(part)).or_default() += 1;
        }
        let run = self.sum().total();
        if run.is_multiple_of(100) {
            println!("testkit: {run} of {}", self.total);
        }
        Ok(())
    }

    fn sum(&self) -> Counts {
        let mut sum = Counts::default();
        for (counts, _) in self.packages.values() {
            sum += *counts;
        }
        sum
    }

    /// Prints it all. True when every test was run and none failed.
    pub(super) fn close(self, parts: usize, took: Duration) -> bool {
        let sum = self.sum();
        println!("\n{}", self.table());
        print!("{}", self.reasons());
        println!("{sum}, {} s", took.as_secs());
        if sum.failed > 0 {
            println!("what the failed tests and their servers said: {}", self.file.display());
        }
        let whole = self.done == parts && sum.total() == self.total;
        if !whole {
            println!("the run broke off: {} of {} tests", sum.total(), self.total);
        }
        whole && sum.failed == 0
    }

    fn table(&self) -> String {
        let mut table =
            format!("{:<24}{:>6}{:>8}{:>8}{:>9}{:>9}\n", "package", "run", "passed", "failed", "skipped", "seconds");
        let sum = ("in all".to_owned(), (self.sum(), self.packages.values().map(|(_, seconds)| seconds).sum()));
        let rows = self.packages.iter().map(|(name, row)| (name.clone(), *row));
        for (name, (counts, seconds)) in rows.chain([sum]) {
            let Counts { passed, failed, skipped, .. } = counts;
            let _ = writeln!(table, "{name:<24}{:>6}{passed:>8}{failed:>8}{skipped:>9}{seconds:>9.0}", passed + failed);
        }
        table
    }

    /// Those that a version of Bolt explains are one number; the others are named.
    fn reasons(&self) -> String {
        let (versions, others): (Vec<_>, Vec<_>) = self.skipped.iter().partition(|(reason, _)| is_version(reason));
        let by_version: usize = versions.into_iter().map(|(_, count)| count).sum();
        let mut text = format!("skipped: {by_version} × a version of Bolt that is not claimed\n");
        for (reason, count) in others {
            let _ = writeln!(text, "skipped: {count} × {reason}");
        }
        for (reason, count) in &self.parts_skipped {
            let _ = writeln!(text, "skipped: {count} × part of a test: {reason}");
        }
        text
    }
}

/// `tests.stub.retry.test_retry.TestRetry.test_x` is of the package `retry`; those for real servers have modules only.
fn package(id: &str) -> &str {
    id.split('.').nth(2).unwrap_or(id)
}

/// The suite lists missing features in any order.
fn reason(value: &Value) -> String {
    let reason = value.as_str().unwrap_or_default();
    let Some(features) = reason.strip_prefix("Needs support for ") else { return reason.to_owned() };
    let features: BTreeSet<&str> = features.split(", ").collect();
    features.into_iter().collect::<Vec<_>>().join(", ")
}

fn is_version(reason: &str) -> bool {
    let digit = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
    reason.split(", ").any(|feature| feature.strip_prefix("Feature.BOLT_").is_some_and(digit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Scratch;

    fn report(scratch: &Scratch, lines: &[&str]) -> Report {
        let mut report = Report::new(scratch.path()).unwrap();
        for line in lines {
            report.line(line).unwrap();
        }
        report
    }

    fn scratch() -> Scratch {
        Scratch::new(&std::env::temp_dir(), "xtask-testkit").unwrap()
    }

    const PASSED: &str = r#"@test {"id":"tests.stub.retry.a.B.c","seconds":1.5,"outcome":"passed","partsSkipped":[]}"#;
    const FAILED: &str =
        r#"@test {"id":"tests.stub.retry.a.B.d","seconds":1,"outcome":"failed","error":"why","log":"S: SUCCESS"}"#;

    #[test]
    fn counts_by_package() {
        let scratch = scratch();
        let report = report(&scratch, &[r#"@test {"total":2}"#, PASSED, FAILED, r#"@test {"done":true}"#]);
        let row = report.table().lines().nth(1).unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        // Two and a half seconds, rounded to even.
        assert_eq!(row, ["retry", "2", "1", "1", "0", "2"]);
        assert!(!report.close(1, Duration::ZERO));
        let said = fs::read_to_string(scratch.path().join("failures.txt")).unwrap();
        assert_eq!(said, "#### tests.stub.retry.a.B.d\nwhy\n\nS: SUCCESS\n\n");
    }

    #[test]
    fn a_run_that_broke_off_is_no_success() {
        let closed = |lines: &[&str]| report(&scratch(), lines).close(1, Duration::ZERO);
        assert!(closed(&[r#"@test {"total":1}"#, PASSED, r#"@test {"done":true}"#]));
        assert!(!closed(&[r#"@test {"total":1}"#, PASSED]));
        assert!(!closed(&[r#"@test {"total":2}"#, PASSED, r#"@test {"done":true}"#]));
        assert!(!closed(&[]));
    }

    #[test]
    fn reasons_that_a_version_explains_are_one_number() {
        let skip = |features: &str| {
            let reason = format!("Needs support for {features}");
            format!("@test {}", serde_json::json!({ "id": "a.b.c.d", "outcome": "skipped", "reason": reason }))
        };
        let lines = ["Feature.BOLT_4_2", "Feature.X, Feature.BOLT_3_0", "Feature.Y, Feature.X", "Feature.X, Feature.Y"];
        let lines = lines.map(skip);
        let report = report(&scratch(), &lines.each_ref().map(String::as_str));
        let expected = "skipped: 2 × a version of Bolt that is not claimed\nskipped: 2 × Feature.X, Feature.Y\n";
        assert_eq!(report.reasons(), expected);
        assert!(!is_version("Feature.BOLT_PATCH_UTC"));
    }
}
