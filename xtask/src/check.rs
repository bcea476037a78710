//! `cargo xtask check`: format, lints for the host and for wasm, documentation, the crate as it would be published, and the
//! template's declarations.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::package;
use crate::repo::{Repo, Scratch};
use crate::setup::rust;
use crate::test::outcome::Outcome;
use crate::tsc;

/// `[--fix]`; true when given.
pub(crate) fn parse(args: &[String]) -> Result<bool> {
    match args {
        [] => Ok(false),
        [flag] if flag == "--fix" => Ok(true),
        _ => bail!("check takes --fix or nothing"),
    }
}

/// Each check counts as one test.
pub(crate) fn run(repo: &Repo, fix: bool) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    if fix {
        note(&mut outcome, "clippy --fix", run_shown(&mut fixing_clippy(repo)));
    }
    note(&mut outcome, "fmt", run_shown(&mut fmt(repo, fix)));
    note(&mut outcome, "fmt of the example", run_shown(&mut example_fmt(repo, fix)));
    note(&mut outcome, "clippy for the host", run_shown(&mut host_clippy(repo)));
    note(&mut outcome, "doc", run_shown(&mut doc(repo, cargo_doc())));
    // As Rust front-ends have it, as the npm build has it, and all of it.
    for features in [&["--test", "wasm"][..], &["--features", "js"], &["--test", "wasm", "--all-features"]] {
        let name = format!("clippy for wasm {}", features.join(" "));
        let checked = rust::ensure(repo).and_then(|rust| {
            let mut cargo = rust.cargo("clippy");
            cargo.current_dir(&repo.root).args(["--quiet", "--package", "neo4j-wasm", "--lib"]).args(features);
            run_shown(cargo.args(["--", "--deny", "warnings"]))
        });
        note(&mut outcome, &name, checked);
    }
    note(
        &mut outcome,
        "doc for wasm",
        rust::ensure(repo).and_then(|rust| run_shown(&mut doc(repo, rust.cargo("doc")))),
    );
    note(&mut outcome, "package", run_shown(&mut packaged(repo)));
    note(&mut outcome, "tsc", declarations(repo));
    Ok(outcome)
}

fn note(outcome: &mut Outcome, name: &str, result: Result<()>) {
    match result {
        Ok(()) => outcome.pass(),
        Err(error) => outcome.fail(name, format!("{error:#}")),
    }
}

fn fmt(repo: &Repo, fix: bool) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&repo.root).args(["fmt", "--all"]);
    if !fix {
        cargo.arg("--check");
    }
    cargo
}

/// It is a workspace of its own.
fn example_fmt(repo: &Repo, fix: bool) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&repo.root).args(["fmt", "--manifest-path", "examples/leptos/Cargo.toml"]);
    if !fix {
        cargo.arg("--check");
    }
    cargo
}

fn cargo_doc() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.arg("doc");
    cargo
}

/// What is said of the crate's items, as docs.rs shows it: links that lead nowhere, HTML by mistake.
fn doc(repo: &Repo, mut cargo: Command) -> Command {
    cargo.current_dir(&repo.root).args(["--quiet", "--no-deps", "--package", "neo4j-wasm", "--all-features"]);
    cargo.env("RUSTDOCFLAGS", "--deny warnings");
    cargo
}

fn host_clippy(repo: &Repo) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&repo.root).args(["clippy", "--quiet", "--workspace", "--all-targets", "--all-features"]);
    cargo.args(["--", "--deny", "warnings"]);
    cargo
}

fn fixing_clippy(repo: &Repo) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&repo.root).args(["clippy", "--quiet", "--workspace", "--all-targets", "--all-features"]);
    cargo.args(["--fix", "--allow-dirty", "--allow-staged", "--allow-no-vcs"]);
    cargo
}

/// What the tool says is the message; it is shown with the failure, not as it comes.
fn run_shown(command: &mut Command) -> Result<()> {
    let out = command.stdin(Stdio::null()).output().context("cannot start cargo")?;
    if !out.status.success() {
        let said = [&out.stdout[..], &out.stderr[..]].concat();
        bail!("{}", String::from_utf8_lossy(&said).trim());
    }
    Ok(())
}

/// The crate as it would be published: it builds out of what is in it. `cargo publish --dry-run` does no more, but asks the
/// registry about the version: it cannot be had without a network.
fn packaged(repo: &Repo) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&repo.root).args(["package", "--quiet", "--package", "neo4j-wasm"]);
    // What is under way is checked too.
    cargo.args(["--allow-dirty", "--offline"]);
    cargo
}

/// The template by itself, before any build.
fn declarations(repo: &Repo) -> Result<()> {
    let scratch = Scratch::new(&repo.target.join("run"), "tsc")?;
    package::template(repo, &scratch.path().join("pkg"))?;
    let config = json!({ "compilerOptions": tsc::strict_options(), "include": ["pkg/**/*.d.ts"] });
    fs::write(scratch.path().join("tsconfig.json"), config.to_string())?;
    let said = tsc::compile(repo, &scratch.path().join("tsconfig.json"))?;
    if said.contains("error TS") {
        bail!("{}", said.replace("pkg/", "pkg-template/"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fix_is_known() {
        assert!(!parse(&[]).unwrap());
        assert!(parse(&["--fix".to_owned()]).unwrap());
        assert!(parse(&["--fixx".to_owned()]).is_err());
    }
}
