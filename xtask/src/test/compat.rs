//! Programs written for `neo4j-driver`, on the built package in its place and on that driver: our suites of what they
//! rely on, and libraries from npm at their work. Both get the same assertions, on one server.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::live::environment;
use super::outcome::Outcome;
use crate::js_folder::JsFolder;
use crate::package;
use crate::process;
use crate::repo::{Repo, copy_folder};
use crate::runtimes::{Form, Runtime};
use crate::server::{Options, Server};
use crate::setup::java::{self, Release};
use crate::setup::node;

/// Those that ask for the driver: they find whichever stands beside them.
const LIBRARIES: [&str; 6] =
    ["@langchain/community", "@neo4j/graphql", "@neo4j/introspector", "cypher-query-builder", "neogma", "neovis.js"];
const WITH_THEM: [&str; 5] = ["@langchain/core", "esbuild", "graphql", "rxjs", "vis-network"];
/// Of ours alone: what is better on purpose, and how programs get at it.
const BETTER: &str = "tests/compat/better.test.js";
const PACKAGE: &str = "tests/compat/package.test.mjs";
const FOLDERS: [&str; 3] = ["tests/harness", "tests/compat", "tests/libraries"];

pub(crate) fn run(repo: &Repo, package: &Path) -> Result<Outcome> {
    let server = Server::start(repo, &java::ensure(repo, Release::named("5")?)?, Options::default())?;
    let ours = JsFolder::new(repo, package, &FOLDERS)?.with_chromium()?;
    copy_folder(&package::compat::folder(repo), &ours.path().join("node_modules/neo4j-driver"))?;
    let official = JsFolder::without_package(repo, &FOLDERS)?.with_chromium()?;
    official.link(&modules(repo)?, ["neo4j-driver"])?;
    let driver = official.path().join("tests/compat/driver.js");
    let text = fs::read_to_string(&driver)?;
    ensure!(text.contains("\"neo4j-wasm/compat\""), "tests/compat/driver.js imports the driver by another name");
    fs::write(driver, text.replace("\"neo4j-wasm/compat\"", "\"neo4j-driver\""))?;

    let mut all = Outcome::default();
    for (folder, name) in [(&official, "neo4j-driver 6.3.0"), (&ours, "neo4j-wasm")] {
        take_in_libraries(repo, folder)?;
        let mut suites = folder.suites("tests/compat", ".test.js")?;
        if name == "neo4j-wasm" {
            suites.push(PACKAGE.to_owned());
        } else {
            suites.retain(|suite| suite != BETTER);
        }
        suites.extend(folder.suites("tests/libraries", ".test.js")?);
        all.absorb(judge(folder, Runtime::Node, &suites, name, &server)?);
    }
    let suites = ours.suites("tests/compat", ".test.js")?;
    all.absorb(judge(&ours, Runtime::Chromium, &suites, "neo4j-wasm", &server)?);
    Ok(all)
}

fn modules(repo: &Repo) -> Result<PathBuf> {
    node::ensure_modules(repo, "tests/libraries", "npm packages written for neo4j-driver")
}

/// As copies: Node.js looks for what a linked package imports beside what the link leads to.
fn take_in_libraries(repo: &Repo, folder: &JsFolder) -> Result<()> {
    let modules = modules(repo)?;
    for library in LIBRARIES {
        let place = folder.path().join("node_modules").join(library);
        fs::create_dir_all(place.parent().context("a library in no folder")?)?;
        copy_folder(&modules.join(library), &place)?;
    }
    for entry in fs::read_dir(&modules)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_package = entry.path().join("package.json").exists();
        if is_package && !name.starts_with("neo4j-driver") && !folder.path().join("node_modules").join(&name).exists() {
            folder.link(&modules, [name.as_str()])?;
        }
    }
    folder.link(&modules, WITH_THEM.into_iter().filter(|name| name.starts_with('@')))?;
    // For the page.
    process::run_quiet(&mut folder.node("tests/libraries/bundle.mjs"))
}

fn judge(folder: &JsFolder, runtime: Runtime, suites: &[String], name: &str, server: &Server) -> Result<Outcome> {
    let begin = Instant::now();
    let mut env = environment(server);
    env["driver"] = json!(name);
    let outcome = folder.run((runtime, Form::Module), suites, &env, None)?;
    Ok(outcome.shown(&format!("compat: {name} in {runtime:?}"), begin.elapsed().as_secs_f64()))
}
