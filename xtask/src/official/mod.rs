//! `cargo xtask official`: the official driver's own tests, from a checkout of its repository that the user has, on the
//! official driver and on the built package in its place, each against a fresh server. What only one of them fails is
//! shown. Our side of it lies in tests/official; nothing of the checkout is kept.

mod types;
mod verdict;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::js_folder::JsFolder;
use crate::package::{self, Mode};
use crate::process;
use crate::repo::{Repo, copy_folder};
use crate::server::{Options, Server, lines_of};
use crate::setup::java::{self, Release};
use crate::setup::node;
use verdict::{Verdict, close};

const MARK: &str = "@official ";
/// A test that takes longer is told.
const TOLD: Duration = Duration::from_secs(30);
/// The longest of the tests, a storm of queries, may take three minutes.
const SILENCE: Duration = Duration::from_secs(300);
/// Of the driver's public tests all; its others are about its internals.
const PUBLIC: [&str; 2] = ["neo4j-driver/test", "neo4j-driver/test/rx"];
/// Of its core those of values, errors and what applications hand over.
const CORE: [&str; 12] = [
    "auth",
    "auth-token-manager",
    "bookmark-manager",
    "client-certificate",
    "error",
    "graph-types",
    "integer",
    "record",
    "result-eager",
    "result-summary",
    "spatial-types",
    "temporal-types",
];

#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    folder: PathBuf,
    only: String,
    version: String,
}

pub(crate) fn parse(args: &[String]) -> Result<Request> {
    let mut request = Request { folder: PathBuf::new(), only: String::new(), version: "5".to_owned() };
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--only" => request.only.clone_from(rest.next().context("--only wants a regular expression")?),
            "--version" => request.version.clone_from(rest.next().context("--version wants a version")?),
            folder if !folder.starts_with('-') && request.folder.as_os_str().is_empty() => {
                request.folder = folder.into()
            }
            other => bail!("official does not know {other}"),
        }
    }
    if request.folder.as_os_str().is_empty() {
        bail!("official wants the folder of a checkout of github.com/neo4j/neo4j-javascript-driver");
    }
    Ok(request)
}

/// Who is judged.
#[derive(Clone, Copy, PartialEq)]
enum Judged {
    Official,
    Ours,
}

impl Judged {
    const ALL: [Judged; 2] = [Judged::Official, Judged::Ours];

    fn name(self) -> &'static str {
        match self {
            Judged::Official => "official",
            Judged::Ours => "ours",
        }
    }
}

/// True when the package fails nothing that the official driver passes, internals aside.
pub(crate) fn run(repo: &Repo, request: &Request) -> Result<bool> {
    let checkout = request.folder.canonicalize().with_context(|| format!("no folder {}", request.folder.display()))?;
    let suites = suites(&checkout)?;
    let neo4j = java::ensure(repo, Release::named(&request.version)?)?;
    let mut results = Vec::new();
    for judged in Judged::ALL {
        let folder = folder(repo, judged)?;
        let programs = bundle(&folder, &checkout, &suites)?;
        let server = Server::start(repo, &neo4j, Options::default())?;
        println!("official: {} tests' files on the {} driver, Neo4j {}", suites.len(), judged.name(), server.version);
        let task = json!({ "programs": programs, "only": request.only, "checkout": checkout });
        let mut verdict = judge(&folder, judged, &server, &task)?;
        if request.only.is_empty() {
            types::judge(repo, &folder, &checkout, &mut verdict)?;
        }
        println!("official: {}: {}", judged.name(), verdict.counts());
        results.push(verdict);
    }
    let [official, ours] = &results[..] else { bail!("two are judged") };
    let internals: BTreeMap<String, String> =
        serde_json::from_str(&fs::read_to_string(repo.root.join("tests/official/internals.json"))?)?;
    Ok(close(official, ours, &internals))
}

/// Paths from `packages` of the checkout.
fn suites(checkout: &Path) -> Result<Vec<String>> {
    let mut found: Vec<String> = CORE.iter().map(|name| format!("core/test/{name}.test.ts")).collect();
    for folder in PUBLIC {
        let place = checkout.join("packages").join(folder);
        let entries = fs::read_dir(&place)
            .with_context(|| format!("{} is no checkout of neo4j-javascript-driver", checkout.display()))?;
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        found.extend(names.filter(|name| name.ends_with(".test.js")).map(|name| format!("{folder}/{name}")));
    }
    found.sort();
    Ok(found)
}

/// Our programs with what they need, and the driver that is judged by the name of `neo4j-driver`.
fn folder(repo: &Repo, judged: Judged) -> Result<JsFolder> {
    let modules = node::ensure_modules(repo, "tests/official", "npm packages for the official driver's tests")?;
    let folder = match judged {
        Judged::Official => JsFolder::without_package(repo, &["tests/official"])?,
        Judged::Ours => JsFolder::new(repo, &package::build(repo, Mode::Release)?, &["tests/official"])?,
    };
    let mut names = vec!["async", "esbuild", "expect", "fast-check", "jasmine", "jest-mock", "lolex", "pretty-format"];
    names.extend(["neo4j-driver-core", "rxjs", "semver"]);
    match judged {
        Judged::Official => names.push("neo4j-driver"),
        // As an override of the name puts it there.
        Judged::Ours => copy_folder(&package::compat::folder(repo), &folder.path().join("node_modules/neo4j-driver"))?,
    }
    for name in names {
        if !folder.path().join("node_modules").join(name).exists() {
            folder.link(&modules, [name])?;
        }
    }
    Ok(folder)
}

fn bundle(folder: &JsFolder, checkout: &Path, suites: &[String]) -> Result<Vec<PathBuf>> {
    let made = folder.path().join("made");
    let task = json!({ "checkout": checkout, "to": made, "suites": suites });
    process::run_quiet(folder.node("tests/official/bundle.mjs").arg(task.to_string()))?;
    // `rx` has suites of the same names.
    Ok(suites.iter().map(|suite| made.join(format!("{}.cjs", program(suite)))).collect())
}

/// `neo4j-driver/test/rx/session.test.js` is `rx/session.test.js`.
fn program(suite: &str) -> &str {
    suite.split_once("/test/").map_or(suite, |(_, name)| name)
}

fn judge(folder: &JsFolder, judged: Judged, server: &Server, task: &Value) -> Result<Verdict> {
    let mut node = folder.node("tests/official/run.mjs");
    node.env("TASK", task.to_string()).env("JUDGED", judged.name());
    node.env("NEO4J_PORT", server.port.to_string()).env("NEO4J_PASSWORD", &server.password);
    node.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = node.spawn().context("cannot start node")?;
    let mut verdict = Verdict::default();
    let lines = lines_of(child.stdout.take().context("node has no output")?);
    let mut last = Instant::now();
    loop {
        match lines.recv_timeout(TOLD) {
            Ok(line) => {
                last = Instant::now();
                if let Some(said) = line.strip_prefix(MARK) {
                    verdict.line(&serde_json::from_str(said)?);
                }
            }
            Err(RecvTimeoutError::Timeout) if last.elapsed() < SILENCE => {
                println!("  | still at {}", verdict.under_way());
            }
            Err(RecvTimeoutError::Timeout) => {
                child.kill()?;
                break;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait()?;
    if !verdict.is_whole() {
        bail!("the runner ended before its last test ({status}): {}", verdict.under_way());
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Request> {
        parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn arguments() {
        let request = parsed(&["there", "--only", "rx", "--version", "4.4"]).unwrap();
        assert_eq!(request, Request { folder: "there".into(), only: "rx".into(), version: "4.4".into() });
        for wrong in [&[][..], &["a", "b"], &["--only"], &["a", "--onyl", "b"]] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn programs_are_told_apart() {
        assert_eq!(program("neo4j-driver/test/rx/session.test.js"), "rx/session.test.js");
        assert_eq!(program("core/test/integer.test.ts"), "integer.test.ts");
    }
}
