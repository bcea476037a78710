//! `cargo xtask fuzz`: the targets of tests/fuzz, each for a while, and how many executions there were. With the compiler that
//! there is: what libFuzzer wants to be told of a program's ways, LLVM adds in every channel of Rust.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::repo::Repo;

/// What cargo-fuzz gives the compiler, but for the sanitizer: the crate has no unsafe code.
const COVERAGE: &str = "--cfg fuzzing -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    only: Option<String>,
    /// For each target.
    seconds: u32,
}

pub(crate) fn parse(args: &[String]) -> Result<Request> {
    let mut request = Request { only: None, seconds: 60 };
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--seconds" => request.seconds = rest.next().context("--seconds wants a number")?.parse()?,
            "--only" => request.only = Some(rest.next().context("--only wants a target")?.clone()),
            other => bail!("fuzz does not know {other}"),
        }
    }
    Ok(request)
}

pub(crate) fn run(repo: &Repo, request: &Request) -> Result<()> {
    let folder = repo.root.join("tests/fuzz");
    let programs = build(repo, &folder)?;
    let wanted = |name: &String| request.only.as_ref().is_none_or(|only| only == name);
    let names: Vec<String> = targets(&folder)?.into_iter().filter(wanted).collect();
    if names.is_empty() {
        bail!("there is no such target in tests/fuzz/fuzz_targets");
    }
    let mut all = 0;
    for name in names {
        let (executions, each_second) = fuzz(&programs.join(&name), &folder, &name, request.seconds)?;
        println!("fuzz: {name}: {executions} executions, {each_second} a second");
        all += executions;
    }
    println!("fuzz: {all} executions, and no finding");
    Ok(())
}

/// The folder with a program for each target.
fn build(repo: &Repo, folder: &Path) -> Result<PathBuf> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let target = repo.root.join("target/fuzz");
    let mut cargo = Command::new("cargo");
    // With a target of its own the flags are not those of build scripts.
    cargo
        .current_dir(folder)
        .args(["build", "--release", "--quiet", "--target", host])
        .arg("--target-dir")
        .arg(&target);
    process::run(cargo.env("RUSTFLAGS", COVERAGE))?;
    Ok(target.join(host).join("release"))
}

fn targets(folder: &Path) -> Result<Vec<String>> {
    let files = fs::read_dir(folder.join("fuzz_targets"))?.flatten().map(|entry| entry.path());
    let mut names: Vec<String> = files.filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

/// How many executions there were, and how many a second; an error if there was a finding.
fn fuzz(program: &Path, folder: &Path, name: &str, seconds: u32) -> Result<(u64, u64)> {
    let (corpus, artifacts) = (folder.join("corpus").join(name), folder.join("artifacts"));
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&artifacts)?;
    let mut command = Command::new(program);
    command.arg(&corpus).arg(format!("-max_total_time={seconds}")).args(["-print_final_stats=1", "-max_len=1024"]);
    command.arg(format!("-artifact_prefix={}/{name}-", artifacts.display()));
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {name}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let last: Vec<&str> = said.lines().rev().take(40).collect();
        bail!("{name} has found something:\n{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    let stat = |key: &str| statistic(&said, key).with_context(|| format!("{name} does not say its {key}"));
    Ok((stat("number_of_executed_units")?, stat("average_exec_per_sec")?))
}

/// `stat::average_exec_per_sec:     82217`
fn statistic(said: &str, key: &str) -> Option<u64> {
    let find = |line: &str| line.strip_prefix("stat::")?.strip_prefix(key)?.strip_prefix(':')?.trim().parse().ok();
    said.lines().find_map(find)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request() {
        let parsed = |text: &str| parse(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(parsed("").unwrap(), Request { only: None, seconds: 60 });
        let value = Request { only: Some("value".to_owned()), seconds: 5 };
        assert_eq!(parsed("--seconds 5 --only value").unwrap(), value);
        assert!(parsed("--seconds soon").is_err() && parsed("--only").is_err() && parsed("value").is_err());
    }

    #[test]
    fn what_libfuzzer_says_at_the_end() {
        let said = "Done 7 runs in 1 second(s)\nstat::number_of_executed_units: 7\nstat::average_exec_per_sec:     3\n";
        assert_eq!(statistic(said, "number_of_executed_units"), Some(7));
        assert_eq!(statistic(said, "average_exec_per_sec"), Some(3));
        assert_eq!(statistic(said, "peak_rss_mb"), None);
    }
}
