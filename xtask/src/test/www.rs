//! Tests of the demo's pages: Node.js programs that drive browsers against the pages and a Neo4j with the sample graph.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;

use super::live;
use super::outcome::Outcome;
use crate::demo::{self, Login};
use crate::js_folder::JsFolder;
use crate::repo::Repo;
use crate::runtimes::{Form, Runtime};

/// The browsers, and how the names of the suites end that each runs: what is the same in all is not run twice.
const BROWSERS: [(Runtime, &str); 2] = [(Runtime::Chromium, ".mjs"), (Runtime::Firefox, ".both.mjs")];

pub(crate) fn run(repo: &Repo, package: &Path) -> Result<Outcome> {
    let browsers = BROWSERS.map(|(browser, _)| browser);
    let folder = JsFolder::new(repo, package, &["tests/harness", "tests/www", "www"])?.with(repo, &browsers)?;
    let server = demo::populated_server(repo, package)?;
    let port = demo::site(folder.path().join("www"), folder.package(), &Login::of(&server)).serve(0)?;
    let mut env = live::environment(&server);
    env["url"] = json!(format!("http://127.0.0.1:{port}/"));
    let mut all = Outcome::default();
    for (browser, ending) in BROWSERS {
        let begin = Instant::now();
        env["browser"] = browser.name().into();
        let suites = folder.suites("tests/www", ending)?;
        ensure!(!suites.is_empty(), "no suite for {}", browser.name());
        let outcome = folder.run((Runtime::Node, Form::Module), &suites, &env, None)?;
        all.absorb(outcome.shown(&format!("www in {}", browser.name()), begin.elapsed().as_secs_f64()));
    }
    Ok(all)
}
