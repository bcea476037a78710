//! The crate as Rust front-ends have it: its wasm-bindgen tests in Node.js and in browsers, and the page of examples/leptos.
//! One server for all of it, which starts while cargo compiles.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;
use std::{env, thread};

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use super::outcome::Outcome;
use super::{cargo, live};
use crate::example;
use crate::js_folder::JsFolder;
use crate::process;
use crate::repo::Repo;
use crate::runtimes::{Form, Runtime};
use crate::server::{Options, Server};
use crate::setup::java::{self, Missing, Release};
use crate::setup::rust;

/// The oldest Node.js has no WebSocket of its own, and without the JavaScript face there is no other.
const RUNTIMES: [Runtime; 3] = [Runtime::NewestNode, Runtime::Chromium, Runtime::Firefox];

/// The server with the most types of values that this machine can run.
const RELEASES: [&str; 2] = ["2026", "5"];

pub(crate) fn run(repo: &Repo) -> Result<Outcome> {
    let folder = JsFolder::without_package(repo, &["tests/harness", "tests/wasm", "tests/example", "tests/www"])?;
    let folder = folder.with(repo, &RUNTIMES)?;
    let (server, built) = thread::scope(|scope| {
        let starting = scope.spawn(|| start(repo));
        let built = compile(repo).and_then(|wasm| Ok((wasm, example::build(repo)?)));
        (starting.join().unwrap_or_else(|_| Err(anyhow!("the thread that starts the server died"))), built)
    });
    let (server, (wasm, page)) = (server?, built?);
    let mut all = Outcome::default();
    thread::scope(|scope| {
        // Side by side: they wait more than they work, and what they share is the server.
        let (folder, wasm, server) = (&folder, &wasm, &server);
        let mut running =
            vec![("the Leptos page".to_owned(), scope.spawn(move || timed(|| on_page(repo, folder, page, server))))];
        for runtime in RUNTIMES {
            let title = format!("wasm in {runtime:?}");
            running.push((title, scope.spawn(move || timed(|| in_runtime(folder, runtime, wasm, server)))));
        }
        for (title, run) in running {
            let (outcome, seconds) = run.join().unwrap_or_else(|_| (Err(anyhow!("its thread died")), 0.0));
            let outcome = outcome.unwrap_or_else(|error| Outcome::broken("(the run)", &error));
            all.absorb(outcome.shown(&title, seconds));
        }
    });
    Ok(all)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begin = Instant::now();
    let output = work();
    (output, begin.elapsed().as_secs_f64())
}

/// The page of the example, in Chromium.
fn on_page(repo: &Repo, folder: &JsFolder, built: PathBuf, server: &Server) -> Result<Outcome> {
    let mut env = live::environment(server);
    env["withoutPackage"] = json!(true);
    env["url"] = json!(format!("http://127.0.0.1:{}/", example::site(repo, built).serve(0)?));
    let suites = folder.suites("tests/example", ".test.mjs")?;
    folder.run((Runtime::Node, Form::Module), &suites, &env, None)
}

fn start(repo: &Repo) -> Result<Server> {
    for name in RELEASES {
        match java::ensure(repo, Release::named(name)?) {
            Err(Missing::Jdk(reason)) => println!("wasm: not with Neo4j {name}: {reason}"),
            found => return Server::start(repo, &found?, Options::default()),
        }
    }
    Err(anyhow!("no release of Neo4j runs here"))
}

/// The tests as wasm.
fn compile(repo: &Repo) -> Result<PathBuf> {
    let mut cargo = rust::ensure(repo)?.cargo("test");
    cargo.current_dir(&repo.root).args(["--quiet", "--package", "neo4j-wasm", "--test", "wasm", "--no-run"]);
    cargo.args(["--features", "serde"]);
    let said = process::output(cargo.args(["--message-format", "json-render-diagnostics"]))?;
    executable(&said).context("cargo names no file with the tests")
}

fn executable(said: &str) -> Option<PathBuf> {
    let artifacts = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    artifacts.filter_map(|artifact| artifact["executable"].as_str().map(PathBuf::from)).next_back()
}

/// tests/wasm/run.mjs prints what wasm-bindgen's own test runner says, which is much as libtest has it.
fn in_runtime(folder: &JsFolder, runtime: Runtime, wasm: &Path, server: &Server) -> Result<Outcome> {
    let environment: serde_json::Map<_, _> =
        server.environment().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let mut command = folder.node("tests/wasm/run.mjs");
    let words = [env::current_exe()?.display().to_string(), "test-runner".to_owned(), wasm.display().to_string()];
    let node = folder.words(Runtime::NewestNode)?.swap_remove(0);
    let task = json!({ "runtime": runtime.name(), "runner": words, "node": node, "environment": environment });
    // Not an argument: there is a password in it.
    command.env("TEST_TASK", task.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start node")?;
    // Held open: its end is how the script learns that we are gone.
    let _input = child.stdin.take();
    let output = child.stdout.take().context("node has no output")?;
    let lines = BufReader::new(output).lines().collect::<Result<Vec<_>, _>>()?;
    let succeeded = child.wait()?.success();
    Ok(cargo::read(&lines, succeeded, &format!("tests/wasm in {runtime:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_are_what_cargo_names_last() {
        let said = "{\"reason\":\"compiler-artifact\",\"executable\":null}\nnot json\n\
                    {\"reason\":\"compiler-artifact\",\"executable\":\"deps/wasm-1.wasm\"}\n\
                    {\"reason\":\"build-finished\",\"success\":true}\n";
        assert_eq!(executable(said), Some("deps/wasm-1.wasm".into()));
        assert_eq!(executable("{\"executable\":null}\n"), None);
    }
}
