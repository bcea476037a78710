//! The built package against servers without manners: each script of tests/hostile in each place, and a table of how many
//! there were and what they came to.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::outcome::Outcome;
use crate::js_folder::JsFolder;
use crate::repo::Repo;
use crate::runtimes::{Form, Place, Runtime, title};

/// TCP in each runtime that has it; Node.js with the sockets of `ws` and with its own, a page's own sockets, and those of its
/// worker.
const PLACES: [Place; 7] = [
    (Runtime::OldestNode, Form::Module),
    (Runtime::Deno, Form::Module),
    (Runtime::Bun, Form::Module),
    (Runtime::OldestNode, Form::OverWebSocket),
    (Runtime::NewestNode, Form::OverWebSocket),
    (Runtime::Chromium, Form::WithoutWorkers),
    (Runtime::Chromium, Form::Module),
];

pub(crate) fn run(repo: &Repo, package: &Path) -> Result<Outcome> {
    let runtimes = PLACES.map(|(runtime, _)| runtime);
    let folder = JsFolder::new(repo, package, &["tests/harness", "tests/hostile", "tests/package"])?;
    let folder = folder.with(repo, &runtimes)?;
    let suites = folder.suites("tests/hostile", ".test.js")?;
    let servers = Servers::start(&folder)?;
    // Many scripts are one misdeed at several stages: once each is enough for every day.
    let all = std::env::var_os("HOSTILE_ALL").is_some();
    let env = json!({ "hostile": servers.ports, "all": all });
    let mut sum = Outcome::default();
    let mut rows = Vec::new();
    for place in PLACES {
        let begin = Instant::now();
        let outcome = folder.run(place, &suites, &env, None)?;
        let seconds = begin.elapsed().as_secs_f64();
        let outcome = outcome.shown(&format!("hostile in {}", title(place)), seconds);
        rows.push((title(place), outcome.counts, seconds));
        sum.absorb(outcome);
    }
    println!("{:<28}{:>8}{:>16}{:>8}{:>9}", "place", "scripts", "as they should", "not so", "seconds");
    for (place, counts, seconds) in rows {
        println!("{place:<28}{:>8}{:>16}{:>8}{seconds:>9.1}", counts.total(), counts.passed, counts.failed);
    }
    Ok(sum)
}

/// The servers, one for each script. They end with this.
struct Servers {
    process: Child,
    ports: Value,
}

impl Servers {
    fn start(folder: &JsFolder) -> Result<Self> {
        let mut command = folder.node("tests/hostile/serve.mjs");
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start node")?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let ports = serde_json::from_str(&line).context("the hostile servers have said no ports")?;
        Ok(Self { process, ports })
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // It is ours, and has nothing to save.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
