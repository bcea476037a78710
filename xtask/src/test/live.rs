//! Suites against real servers, every release that has a JDK here, in Node.js, by TCP and by WebSocket, and in Chromium. Servers start in the
//! background, while the one before is being talked to; never more than two are up.

use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

use anyhow::Result;
use serde_json::{Value, json};

use super::outcome::Outcome;
use crate::js_folder::JsFolder;
use crate::relay::Relay;
use crate::repo::Repo;
use crate::runtimes::{Form, Place, Runtime, edge, title};
use crate::server::{Options, Server, USER};
use crate::setup::java::{self, Missing, RELEASES, Release};

/// A page's sockets are a worker's.
const PLACES: [Place; 3] =
    [(Runtime::Node, Form::Module), (Runtime::Node, Form::OverWebSocket), (Runtime::Chromium, Form::Module)];
/// And its own where it has none, which is no different from server to server; nor are other runtimes.
const MORE_PLACES: [Place; 7] = [
    (Runtime::Chromium, Form::WithoutWorkers),
    (Runtime::Deno, Form::Module),
    (Runtime::Deno, Form::OverWebSocket),
    (Runtime::Bun, Form::Module),
    (Runtime::Bun, Form::OverWebSocket),
    (Runtime::Workerd, Form::Edge(edge::NEWEST)),
    (Runtime::Workerd, Form::EdgeOverTcp),
];
/// The release that is also talked to from there, through a relay, and by TLS.
const ONE_FOR_ALL: &str = "5";

enum Started {
    Up(Server),
    Skip(String),
    Broken(anyhow::Error),
}

pub(crate) fn run(repo: &Repo, package: &Path) -> Result<Outcome> {
    let folder = JsFolder::new(
        repo,
        package,
        &[
            "tests/harness",
            "tests/live",
            "tests/round-trips",
            "tests/edge",
            "examples/worker",
            "examples/durable-object",
        ],
    )?
    .with_chromium()?;
    let folder = folder.with(repo, &[Runtime::Deno, Runtime::Bun, Runtime::Workerd])?;
    let suites = folder.suites("tests/live", ".test.js")?;
    let mut all = Outcome::default();
    if suites.is_empty() {
        return Ok(all);
    }
    edge::build(repo, &folder, &suites)?;
    thread::scope(|scope| {
        // Nothing is buffered: the next server starts when the one before is handed over.
        let (sender, servers) = mpsc::sync_channel(0);
        scope.spawn(move || {
            for release in &RELEASES {
                if sender.send((release, start(repo, release))).is_err() {
                    return;
                }
            }
        });
        all = talk_to_each(repo, &folder, &suites, servers);
    });
    Ok(all)
}

fn start(repo: &Repo, release: &'static Release) -> Started {
    match java::ensure(repo, release) {
        Ok(neo4j) => match Server::start(repo, &neo4j, options(release)) {
            Ok(server) => Started::Up(server),
            Err(error) => Started::Broken(error),
        },
        Err(Missing::Jdk(reason)) => Started::Skip(reason),
        Err(Missing::Other(error)) => Started::Broken(error),
    }
}

fn options(release: &Release) -> Options {
    let tls = release.name == ONE_FOR_ALL;
    Options { tls, clear_too: tls, ..Options::default() }
}

fn talk_to_each(
    repo: &Repo,
    folder: &JsFolder,
    suites: &[String],
    servers: Receiver<(&'static Release, Started)>,
) -> Outcome {
    let mut all = Outcome::default();
    for (release, started) in servers {
        let more: &[Place] = if release.name == ONE_FOR_ALL { &MORE_PLACES } else { &[] };
        for &place in PLACES.iter().chain(more) {
            let begin = Instant::now();
            let title = format!("live {} in {}", release.version, title(place));
            let ran = match &started {
                Started::Up(server) => {
                    let mut env = environment(server);
                    env["tls"] = options(release).tls.into();
                    folder.run(place, suites, &env, None)
                }
                // Loaded but not run: each test counts, as skipped.
                Started::Skip(reason) => folder.run(place, suites, &json!({}), Some(reason)),
                Started::Broken(error) => Ok(Outcome::broken("(the server starts)", error)),
            };
            let outcome = ran.unwrap_or_else(|error| Outcome::broken("(the run)", &error));
            all.absorb(outcome.shown(&title, begin.elapsed().as_secs_f64()));
        }
        if let Started::Up(server) = &started
            && release.name == ONE_FOR_ALL
        {
            all.absorb(
                through_relay(repo, folder, server).unwrap_or_else(|error| Outcome::broken("(the relay)", &error)),
            );
            all.absorb(at_the_edge(folder, server).unwrap_or_else(|error| Outcome::broken("(the edge)", &error)));
        }
    }
    all
}

/// What a relay could do something to.
const THROUGH_RELAY: [&str; 6] = ["closing", "relay", "results", "routing", "transactions", "volume"];

/// Every connection through websockify, also those to servers that a routing table names.
fn through_relay(repo: &Repo, folder: &JsFolder, server: &Server) -> Result<Outcome> {
    let addresses = ["127.0.0.1", "localhost"].map(|host| format!("{host}:{}", server.port));
    let relay = Relay::by_address(repo, &addresses)?;
    let suites = THROUGH_RELAY.map(|name| format!("tests/live/{name}.test.js"));
    let mut env = environment(server);
    env["relay"] = json!(format!("ws://127.0.0.1:{}/", relay.port));
    let mut all = Outcome::default();
    for runtime in [Runtime::Node, Runtime::Chromium] {
        let begin = Instant::now();
        let outcome = folder.run((runtime, Form::Module), &suites, &env, None)?;
        let title = format!("live {} through a relay in {runtime:?}", server.version);
        all.absorb(outcome.shown(&title, begin.elapsed().as_secs_f64()));
    }
    Ok(all)
}

/// Workers, each with requests from outside.
fn at_the_edge(folder: &JsFolder, server: &Server) -> Result<Outcome> {
    let begin = Instant::now();
    let suites = folder.suites("tests/edge", ".test.mjs")?;
    let outcome = folder.run((Runtime::Node, Form::Module), &suites, &environment(server), None)?;
    Ok(outcome.shown(&format!("live {}, Workers", server.version), begin.elapsed().as_secs_f64()))
}

/// What tests/harness/env.js hands to suites.
pub(crate) fn environment(server: &Server) -> Value {
    json!({ "uri": server.uri(), "user": USER, "password": server.password, "version": server.version })
}
