//! `cargo xtask runtimes`, and the kind `package` of `cargo xtask test`: one suite in every runtime, beside a real server
//! that offers TLS; then what only shows from outside, trust and failed connections; and a table of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use super::bundle::{self, BUNDLERS, app};
use super::{Form, PLACES, Place, Runtime, edge, title};
use crate::js_folder::{JsFolder, tarball};
use crate::package::{self, Mode};
use crate::process;
use crate::repo::Repo;
use crate::server::{Options, Server};
use crate::setup::java::{self, Release};
use crate::setup::{browsers, node};
use crate::test::js::Run;
use crate::test::live;
use crate::test::outcome::Outcome;

/// Prints the table; true when nothing failed.
pub(crate) fn run(repo: &Repo, places: &[Place]) -> Result<bool> {
    let package = package::build(repo, Mode::Release)?;
    let folder = super::folder(repo, &package, &PLACES)?;
    let (rows, outside) = test_all(repo, &folder, places)?;
    println!(
        "\n{:<28}{:>8}{:>8}{:>9}{:>14}{:>12}",
        "runtime", "passed", "failed", "skipped", "bytes, gzip", "start-up"
    );
    for (place, outcome) in &rows {
        let counts = outcome.counts;
        let start_up = outcome.start_up.map_or_else(|| "-".to_owned(), |time| format!("{time:.0} ms"));
        let bytes = weight(repo, &folder, *place)?;
        print!("{:<28}{:>8}{:>8}{:>9}", title(*place), counts.passed, counts.failed, counts.skipped);
        println!("{bytes:>14}{start_up:>12}{}", counts.restarted());
    }
    println!(
        "\nbytes: the tarball for programs; all that a page loads; a small application that a bundler has made, for workerd too"
    );
    println!("start-up: from the import to the first driver\noutside: {}", outside.counts);
    Ok(outside.counts.failed == 0 && rows.iter().all(|(_, outcome)| outcome.counts.failed == 0))
}

/// Without the table.
pub(crate) fn test(repo: &Repo, package: &Path) -> Result<Outcome> {
    let (rows, mut all) = test_all(repo, &super::folder(repo, package, &PLACES)?, &PLACES)?;
    for (_, outcome) in rows {
        all.absorb(outcome);
    }
    Ok(all)
}

/// The look from outside belongs to the whole.
fn test_all(repo: &Repo, folder: &JsFolder, places: &[Place]) -> Result<(Vec<(Place, Outcome)>, Outcome)> {
    let suites = suites(folder)?;
    let server = thread::scope(|scope| {
        let starting = scope.spawn(|| start(repo));
        if places.iter().any(|(_, form)| matches!(form, Form::Bundle(_))) {
            bundle::build(repo, folder, &suites, &BUNDLERS)?;
        }
        edge::build(repo, folder, &suites)?;
        starting.join().map_err(|_| anyhow!("the thread that starts the server panicked"))?
    })?;
    let mut env = live::environment(&server);
    let rows = everywhere(folder, places, &suites, &env)?;
    if places.len() < PLACES.len() {
        return Ok((rows, Outcome::default()));
    }
    for (name, file) in [("authority", "authority.crt"), ("certificate", "public.der"), ("wrong", "authority.der")] {
        env[name] = server.certificate(file).display().to_string().into();
    }
    Ok((rows, outside(folder, env)?))
}

/// Those that run everywhere.
pub(super) fn suites(folder: &JsFolder) -> Result<Vec<String>> {
    let mut suites = folder.suites("tests/package", ".test.js")?;
    suites.extend(folder.suites("tests/runtimes", ".test.js")?);
    Ok(suites)
}

pub(super) fn start(repo: &Repo) -> Result<Server> {
    let neo4j = java::ensure(repo, Release::named("5")?)?;
    Server::start(repo, &neo4j, Options { tls: true, clear_too: true, ..Options::default() })
}

/// Runs suites in these places, each with those that belong to it, and shows how it went. Browsers and programs side by
/// side: most of the time they wait for something.
pub(super) fn everywhere(
    folder: &JsFolder,
    places: &[Place],
    suites: &[String],
    env: &Value,
) -> Result<Vec<(Place, Outcome)>> {
    let (browsers, programs): (Vec<Place>, Vec<Place>) = places.iter().partition(|(runtime, _)| runtime.is_browser());
    let mut rows = thread::scope(|scope| {
        let beside = scope.spawn(|| one_by_one(folder, &programs, suites, env));
        let mut rows = one_by_one(folder, &browsers, suites, env)?;
        rows.extend(beside.join().map_err(|_| anyhow!("the thread that runs programs panicked"))??);
        anyhow::Ok(rows)
    })?;
    rows.sort_by_key(|(place, _)| places.iter().position(|other| other == place));
    Ok(rows)
}

/// Those of one browser share it: it takes longer to start than to run them all.
fn one_by_one(folder: &JsFolder, places: &[Place], suites: &[String], env: &Value) -> Result<Vec<(Place, Outcome)>> {
    let mut rows = Vec::new();
    for group in places.chunk_by(|one, next| one.0 == next.0 && one.0.is_browser()) {
        let begin = Instant::now();
        let run = |(_, form): &Place| Run { form: *form, suites: with_own(*form, suites), env, skip_all: None };
        let outcomes = folder.run_each(group[0].0, &group.iter().map(run).collect::<Vec<_>>())?;
        let seconds = begin.elapsed().as_secs_f64() / group.len() as f64;
        // What is shown of one place is not mixed with another's.
        let _shown = std::io::stdout().lock();
        for (place, outcome) in group.iter().zip(outcomes) {
            rows.push((*place, outcome.shown(&format!("package in {}", title(*place)), seconds)));
        }
    }
    Ok(rows)
}

/// Suites, and those of a form.
fn with_own(form: Form, suites: &[String]) -> Vec<String> {
    let mut suites = suites.to_vec();
    match form {
        // Nothing of the package starts by itself there: this comes first.
        Form::Slim => suites.insert(0, "tests/runtimes/slim.js".into()),
        // Most suites bring a server of their own, whatever the way: these do not.
        Form::OverWebSocket => suites.retain(|suite| suite.starts_with("tests/runtimes/")),
        // A bundle has only what imports can see.
        Form::Bundle(_) | Form::Edge(_) | Form::EdgeOverTcp => {}
        // The harness is tested where it is used.
        _ => suites.push("tests/harness/harness.test.js".into()),
    }
    suites
}

/// What a runtime is given when it starts, whom it trusts and where its page comes from, is set from outside: scripts of
/// Node.js do it, for each runtime.
fn outside(folder: &JsFolder, mut env: Value) -> Result<Outcome> {
    let begin = Instant::now();
    let mut suites = folder.suites("tests/tls", ".test.mjs")?;
    suites.extend(folder.suites("tests/unconnected", ".test.mjs")?);
    let mut programs = serde_json::Map::new();
    for runtime in [Runtime::OldestNode, Runtime::NewestNode, Runtime::Deno, Runtime::Bun] {
        programs.insert(format!("{runtime:?}"), json!(folder.words(runtime)?));
    }
    env["programs"] = Value::Object(programs);
    env["certutil"] = browsers::certutil()?.display().to_string().into();
    env["page"] = format!("http://127.0.0.1:{}/harness", folder.serve()?).into();
    let outcome = folder.run((Runtime::Node, Form::Module), &suites, &env, None)?;
    Ok(outcome.shown("package, from outside", begin.elapsed().as_secs_f64()))
}

/// The bytes that get the package there, compressed.
fn weight(repo: &Repo, folder: &JsFolder, (runtime, form): Place) -> Result<u64> {
    let package = folder.package();
    let (files, follow): (Vec<PathBuf>, bool) = match form {
        Form::Edge(_) | Form::EdgeOverTcp => (crate::stamp::files_below(&folder.path().join(edge::APP))?, false),
        _ if !runtime.is_browser() => return Ok(fs::metadata(tarball(folder.path())?)?.len()),
        Form::Bundle(bundler) => (crate::stamp::files_below(&folder.path().join(app(bundler)))?, false),
        Form::Slim => (vec![package.join("slim.js")], true),
        Form::Module | Form::ModuleWorker | Form::ClassicWorker | Form::WithoutWorkers | Form::OverWebSocket => {
            (vec![package.join("index.js")], true)
        }
    };
    let mut command = Command::new(node::ensure(repo)?);
    command.arg(repo.root.join("xtask/tools/size.mjs")).arg(json!([["weight", files, follow]]).to_string());
    let said = process::output(&mut command)?;
    let gzip = said.lines().last().and_then(|row| row.split_whitespace().nth_back(1)?.parse().ok());
    gzip.with_context(|| format!("size.mjs said {said}"))
}
