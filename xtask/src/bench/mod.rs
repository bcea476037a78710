//! `cargo xtask bench`: the official driver and ours side by side, each by the way that its users would take: TCP in
//! Node.js, Deno and Bun, a WebSocket in Chromium. On a real server, on a replay that is never the bottleneck, through a
//! relay that gathers frames, and through one that counts round trips.

mod bars;
mod machine;
mod measures;
mod recording;
mod replay;
mod report;
mod sizes;
mod socket;
mod stage;
mod summary;
mod websocket;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::package::{self, Mode};
use crate::repo::Repo;
use crate::runtimes::Runtime;
use crate::server::lines_of;
use crate::setup::node;
use crate::test::outcome::Outcome;
use measures::Measures;
use stage::{Files, Stage};

/// Where it runs, and what is measured there.
struct Host {
    runtime: Runtime,
    groups: &'static [&'static str],
}

/// What only a WebSocket has, frames and relays, is a page's matter.
const HOSTS: [Host; 4] = [
    Host { runtime: Runtime::Node, groups: &["round-trips", "decode", "gathered", "real", "latency", "memory"] },
    Host { runtime: Runtime::Deno, groups: &["real"] },
    Host { runtime: Runtime::Bun, groups: &["real"] },
    Host {
        runtime: Runtime::Chromium,
        groups: &["round-trips", "decode", "gathered", "replay", "real", "relay", "latency", "memory", "start"],
    },
];
const GROUPS: [&str; 10] =
    ["round-trips", "decode", "gathered", "replay", "real", "relay", "latency", "memory", "start", "size"];
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
    let runtimes = HOSTS.map(|host| host.runtime.name());
    let mut request = Request {
        only: Vec::new(),
        runtimes: runtimes.map(str::to_owned).to_vec(),
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
            "--in" => request.runtimes = vec![one_of(&runtimes, value()?)?],
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
    let hosts: Vec<Host> = HOSTS.into_iter().filter(|host| request.runtimes.contains(&host.name())).collect();
    let hosts: Vec<Host> = hosts.into_iter().filter(|host| host.groups.iter().any(|group| wants(group))).collect();
    let (mut versions, mut workloads) = (json!({}), json!([]));
    if !hosts.is_empty() {
        let stage = Stage::set(repo, Files::lay_out(repo, &package, &hosts)?, request)?;
        versions = stage.versions()?;
        for host in &hosts {
            println!("bench: in {}", host.name());
            let mut done = follow(stage.start(host, request)?, &mut measures)?.done;
            versions[host.name()] = done["version"].take();
            workloads = done["workloads"].take();
        }
    }
    let mut verdicts = bars::held(&measures);
    if request.is_part() {
        // What was not asked for was not missed.
        verdicts.retain(bars::Verdict::is_known);
    }
    let outcome = json!({
        "date": machine::date(),
        "machine": machine::described(),
        "versions": versions,
        "run": { "rounds": request.rounds, "share": request.share, "only": request.only, "queries": request.queries },
        "workloads": workloads,
        "measures": measures.to_json(),
        "bars": verdicts.iter().map(bars::Verdict::to_json).collect::<Value>(),
    });
    let tables = summary::tables(&measures, &outcome);
    report::print(&measures);
    println!("\n{tables}");
    write(repo, &outcome)?;
    if request.publish {
        publish(repo, &outcome, &tables)?;
    }
    if request.check {
        println!();
        for verdict in &verdicts {
            println!("{}", verdict.line());
        }
    }
    Ok(!request.check || verdicts.iter().all(bars::Verdict::is_met))
}

/// Of `cargo xtask test`: each way in each runtime uses the transport that it says. Needs no server.
pub(crate) fn test(repo: &Repo, package: &Path) -> Result<Outcome> {
    let files = Files::lay_out(repo, package, &HOSTS)?;
    let mut all = Outcome::default();
    for host in &HOSTS {
        let begin = Instant::now();
        let mut outcome = Outcome::default();
        match files.start(host, &files.task(host)).and_then(|child| follow(child, &mut Measures::default())) {
            Ok(said) => said.transports.iter().for_each(|way| way.judge(&mut outcome)),
            Err(error) => outcome.fail("(the run)", format!("{error:#}")),
        }
        if outcome.counts.total() == 0 {
            outcome.fail("(all)", "no way has said what it uses");
        }
        all.absorb(outcome.shown(&format!("transports in {}", host.name()), begin.elapsed().as_secs_f64()));
    }
    Ok(all)
}

impl Host {
    fn name(&self) -> String {
        self.runtime.name().to_owned()
    }
}

impl Request {
    fn is_part(&self) -> bool {
        !self.only.is_empty() || self.runtimes.len() < HOSTS.len()
    }
}

fn write(repo: &Repo, outcome: &Value) -> Result<()> {
    fs::write(repo.root.join("target/bench.json"), format!("{}\n", serde_json::to_string_pretty(outcome)?))?;
    println!("bench: target/bench.json is written");
    Ok(())
}

fn publish(repo: &Repo, outcome: &Value, tables: &str) -> Result<()> {
    fs::write(repo.root.join("www/bench.json"), format!("{}\n", serde_json::to_string_pretty(outcome)?))?;
    summary::publish(&repo.root.join("README.md"), tables)?;
    println!("bench: so are www/bench.json, which www/bench.html shows, and the tables of README.md");
    Ok(())
}

/// What a runner says beside its measurements.
#[derive(Default)]
struct Said {
    transports: Vec<Transport>,
    done: Value,
}

/// What a way says that it uses, and what a server saw.
struct Transport {
    driver: String,
    wanted: String,
    seen: String,
}

impl Transport {
    fn of(said: &Value) -> Option<Transport> {
        let text = |name: &str| said[name].as_str().map(str::to_owned);
        Some(Transport { driver: text("driver")?, wanted: text("transport")?, seen: text("seen")? })
    }

    fn judge(&self, outcome: &mut Outcome) {
        if self.seen == self.wanted {
            return outcome.pass();
        }
        outcome.fail(self.driver.as_str(), format!("says that it uses {}; a server saw {}", self.wanted, self.seen));
    }
}

/// Reads a runner's measurements to the end.
fn follow(mut child: Child, measures: &mut Measures) -> Result<Said> {
    // Held open: its end is how the runner learns that we are gone.
    let _input = child.stdin.take();
    let mut all = Said::default();
    for line in lines_of(child.stdout.take().context("the runner has no output")?) {
        match line.strip_prefix(MARK).map(serde_json::from_str::<Value>) {
            Some(Ok(said)) if said["done"] == true => all.done = said,
            Some(Ok(said)) => match Transport::of(&said) {
                Some(transport) => all.transports.push(transport),
                None => {
                    report::progress(&said);
                    measures.add(&said)?;
                }
            },
            _ => println!("  | {line}"),
        }
    }
    let status = child.wait()?;
    if !status.success() || all.done.is_null() {
        bail!("the runner ended before its last measurement ({status})");
    }
    Ok(all)
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
        assert_eq!((plain.rounds, plain.share, plain.check, plain.runtimes.len()), (5, 1.0, false, 4));
        let request = parsed(&["--quick", "--rounds", "3", "--only", "real", "--only", "size", "--check"]).unwrap();
        assert_eq!((request.rounds, request.share, request.check), (3, 0.1, true));
        assert_eq!(request.only, ["real", "size"]);
        assert_eq!(parsed(&["--query", "RETURN 1", "--query", "RETURN 2"]).unwrap().queries, ["RETURN 1", "RETURN 2"]);
        assert!(parsed(&["--only", "speed"]).unwrap_err().to_string().contains("latency"));
        for wrong in [&["--rounds", "0"][..], &["--in", "firefox"], &["--query"], &["fast"]] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }
}
