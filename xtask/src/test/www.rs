//! Tests of the demo page: Node.js programs that drive Chromium against the page and a Neo4j with the sample graph.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::live;
use super::outcome::Outcome;
use crate::demo;
use crate::js_folder::JsFolder;
use crate::repo::Repo;
use crate::runtimes::{Form, Runtime};

pub(crate) fn run(repo: &Repo, package: &Path) -> Result<Outcome> {
    let folder = JsFolder::new(repo, package, &["tests/harness", "tests/www", "www"])?.with_chromium()?;
    let suites = folder.suites("tests/www", ".mjs")?;
    if suites.is_empty() {
        return Ok(Outcome::default());
    }
    let server = demo::populated_server(repo, package)?;
    let port = demo::site(folder.path().join("www"), folder.package(), &server).serve(0)?;
    let mut env = live::environment(&server);
    env["url"] = json!(format!("http://127.0.0.1:{port}/"));
    folder.run((Runtime::Node, Form::Module), &suites, &env, None)
}
