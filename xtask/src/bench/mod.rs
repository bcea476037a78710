//! `cargo xtask bench`: the official driver and ours side by side, in Node.js and in Chromium: on a real server, on a
//! replay that is never the bottleneck, and through a relay that gathers frames.

mod bars;
mod machine;
mod measures;
mod recording;
mod replay;
mod report;
mod sizes;
mod stage;
mod websocket;

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::package::{self, Mode};
use crate::repo::Repo;
use crate::server::lines_of;
use crate::setup::node;
use measures::Measures;
use stage::Stage;

const GROUPS: [&str; 9] = ["decode", "gathered", "replay", "real", "relay", "latency", "memory", "start", "size"];
const RUNTIMES: [&str; 2] = ["node", "chromium"];
const MARK: &str = "@bench ";

/// The official drivers as they ship for browsers, in the bench's modules.
pub(crate) const OFFICIAL: &str = "neo4j-driver/lib/browser/neo4j-web.esm.min.js";
pub(crate) const OFFICIAL_LITE: &str = "neo4j-driver-lite/lib/browser/neo4j-lite-web.esm.min.js";

/// The `node_modules` with what is compared.
pub(crate) fn modules(repo: &Repo) -> Result<PathBuf> {
    node::ensure_modules(repo, "tests/bench", "npm packages for the bench (neo4j-driver, esbuild)")
}

#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    /// Groups; none for all.
    only: Vec<String>,
    runtimes: Vec<String>,
    rounds: u32,
    /// Of the rows that a full run asks for.
    share: f64,
    /// Instead of the workloads.
    queries: Vec<String>,
    /// The release of Neo4j.
    version: String,
    check: bool,
    publish: bool,
}

pub(crate) fn parse(args: &[String]) -> Result<Request> {
    let mut request = Request {
        only: Vec::new(),
        runtimes: RUNTIMES.map(str::to_owned).to_vec(),
        rounds: 5,
        share: 1.0,
        queries: Vec::new(),
        version: "5".to_owned(),
        check: false,
        publish: false,
    };
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let mut value = || rest.next().cloned().with_context(|| format!("{arg} wants a value"));
        match arg.as_str() {
            "--only" => request.only.push(one_of(&GROUPS, value()?)?),
            "--in" => request.runtimes = vec![one_of(&RUNTIMES, value()?)?],
            "--rounds" => {
                request.rounds = value()?.parse().ok().filter(|rounds| *rounds > 0).context("--rounds: 1 or more")?
            }
            "--query" => request.queries.push(value()?),
            "--version" => request.version = value()?,
            "--quick" => (request.rounds, request.share) = (2, 0.1),
            "--check" => request.check = true,
            "--publish" => request.publish = true,
            other => bail!("bench does not know {other}"),
        }
    }
    Ok(request)
}

fn one_of(known: &[&str], given: String) -> Result<String> {
    if !known.contains(&given.as_str()) {
        bail!("there is no {given}; there are: {}", known.join(", "));
    }
    Ok(given)
}

/// False when a bar was asked for and not met.
pub(crate) fn run(repo: &Repo, request: &Request) -> Result<bool> {
    let package = package::build(repo, Mode::Release)?;
    let mut measures = Measures::default();
    let wants = |group: &str| request.only.is_empty() || request.only.iter().any(|only| only == group);
    if wants("size") {
        sizes::measure(repo, &package, &mut measures)?;
    }
    let (mut versions, mut workloads) = (json!({}), json!([]));
    if GROUPS.iter().any(|group| *group != "size" && wants(group)) {
        let stage = Stage::set(repo, &package, request)?;
        versions = stage.versions()?;
        for runtime in &request.runtimes {
            println!("bench: in {runtime}");
            let mut done = follow(stage.start(runtime, request)?, &mut measures)?;
            versions[runtime] = done["version"].take();
            workloads = done["workloads"].take();
        }
    }
    let verdicts = bars::held(&measures);
    let outcome = json!({
        "date": machine::date(),
        "machine": machine::described(),
        "versions": versions,
        "run": { "rounds": request.rounds, "share": request.share, "only": request.only, "queries": request.queries },
        "workloads": workloads,
        "measures": measures.to_json(),
        "bars": verdicts.iter().map(bars::Verdict::to_json).collect::<Value>(),
    });
    write(repo, &outcome, request.publish)?;
    report::print(&measures);
    if request.check {
        println!();
        for verdict in &verdicts {
            println!("{}", verdict.line());
        }
    }
    Ok(!request.check || verdicts.iter().all(bars::Verdict::is_met))
}

fn write(repo: &Repo, outcome: &Value, publish: bool) -> Result<()> {
    let text = format!("{}\n", serde_json::to_string_pretty(outcome)?);
    fs::write(repo.root.join("target/bench.json"), &text)?;
    println!("bench: target/bench.json is written");
    if publish {
        fs::write(repo.root.join("www/bench.json"), &text)?;
        println!("bench: so is www/bench.json, which www/bench.html shows");
    }
    Ok(())
}

/// Reads a runner's measurements to the end; returns its last word.
fn follow(mut child: Child, measures: &mut Measures) -> Result<Value> {
    // Held open: its end is how the runner learns that we are gone.
    let _input = child.stdin.take();
    let mut last = Value::Null;
    for line in lines_of(child.stdout.take().context("node has no output")?) {
        match line.strip_prefix(MARK).map(serde_json::from_str::<Value>) {
            Some(Ok(said)) if said["done"] == true => last = said,
            Some(Ok(said)) => {
                report::progress(&said);
                measures.add(&said)?;
            }
            _ => println!("  | {line}"),
        }
    }
    let status = child.wait()?;
    if !status.success() || last.is_null() {
        bail!("the runner ended before its last measurement ({status})");
    }
    Ok(last)
}

impl Stage {
    fn start(&self, runtime: &str, request: &Request) -> Result<Child> {
        let task = self.task(runtime, request)?;
        let mut node = self.folder.node("tests/bench/bench.mjs");
        // Not an argument: there is a password in it.
        node.env("BENCH_TASK", task.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        node.spawn().context("cannot start node")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Request> {
        parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn arguments() {
        let plain = parsed(&[]).unwrap();
        assert_eq!((plain.rounds, plain.share, plain.check, plain.runtimes.len()), (5, 1.0, false, 2));
        let request = parsed(&["--quick", "--rounds", "3", "--only", "real", "--only", "size", "--check"]).unwrap();
        assert_eq!((request.rounds, request.share, request.check), (3, 0.1, true));
        assert_eq!(request.only, ["real", "size"]);
        assert_eq!(parsed(&["--query", "RETURN 1", "--query", "RETURN 2"]).unwrap().queries, ["RETURN 1", "RETURN 2"]);
        assert!(parsed(&["--only", "speed"]).unwrap_err().to_string().contains("latency"));
        for wrong in [&["--rounds", "0"][..], &["--in", "deno"], &["--query"], &["fast"]] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }
}
