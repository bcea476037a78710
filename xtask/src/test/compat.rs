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
/// As results name it.
const OURS: &str = "neo4j-wasm";
/// Whose place ours takes.
const OFFICIAL: [&str; 3] = ["neo4j-driver", "neo4j-driver-bolt-connection", "neo4j-driver-core"];
/// Of ours alone: what is better on purpose, and how programs get at it.
const BETTER: &str = "tests/compat/better.test.js";
const PACKAGE: &str = "tests/compat/package.test.mjs";
const FOLDERS: [&str; 3] = ["tests/harness", "tests/compat", "tests/libraries"];

pub(crate) fn run(repo: &Repo, package: &Path) -> Result<Outcome> {
    let server = Server::start(repo, &java::ensure(repo, Release::named("5")?)?, Options::default())?;
    let ours = JsFolder::new(repo, package, &FOLDERS)?.with_chromium()?;
    // neovis.js asks for the core by name.
    for name in ["neo4j-driver", "neo4j-driver-core"] {
        copy_folder(&package::compat::folder(repo), &ours.path().join("node_modules").join(name))?;
    }
    let official = JsFolder::without_package(repo, &FOLDERS)?.with_chromium()?;
    official.link(&modules(repo)?, OFFICIAL)?;
    let driver = official.path().join("tests/compat/driver.js");
    let text = fs::read_to_string(&driver)?;
    ensure!(text.contains("\"neo4j-wasm/compat\""), "tests/compat/driver.js imports the driver by another name");
    fs::write(driver, text.replace("\"neo4j-wasm/compat\"", "\"neo4j-driver\""))?;

    let mut all = Outcome::default();
    for (folder, name) in [(&official, "neo4j-driver 6.3.0"), (&ours, OURS)] {
        take_in_libraries(repo, folder)?;
        let mut suites = folder.suites("tests/compat", ".test.js")?;
        if name == OURS {
            suites.push(PACKAGE.to_owned());
        } else {
            suites.retain(|suite| suite != BETTER);
        }
        suites.extend(folder.suites("tests/libraries", ".test.js")?);
        all.absorb(judge(folder, Runtime::Node, &suites, name, &server)?);
    }
    let suites = ours.suites("tests/compat", ".test.js")?;
    all.absorb(judge(&ours, Runtime::Chromium, &suites, OURS, &server)?);
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
    for name in names(&modules)? {
        if !folder.path().join("node_modules").join(&name).exists() && !OFFICIAL.contains(&name.as_str()) {
            folder.link(&modules, [name.as_str()])?;
        }
    }
    // For the page.
    process::run_quiet(&mut folder.node("tests/libraries/bundle.mjs"))
}

/// What is installed there, scopes and all.
fn names(modules: &Path) -> Result<Vec<String>> {
    let entries = |folder: &Path| -> Result<Vec<String>> {
        let entries = fs::read_dir(folder)?.flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        Ok(names.filter(|name| !name.starts_with('.')).collect())
    };
    let mut found = Vec::new();
    for name in entries(modules)? {
        if name.starts_with('@') {
            found.extend(entries(&modules.join(&name))?.into_iter().map(|package| format!("{name}/{package}")));
        } else {
            found.push(name);
        }
    }
    Ok(found)
}

fn judge(folder: &JsFolder, runtime: Runtime, suites: &[String], name: &str, server: &Server) -> Result<Outcome> {
    let begin = Instant::now();
    let mut env = environment(server);
    env["driver"] = json!(name);
    env["withoutPackage"] = json!(name != OURS);
    let outcome = folder.run((runtime, Form::Module), suites, &env, None)?;
    Ok(outcome.shown(&format!("compat: {name} in {runtime:?}"), begin.elapsed().as_secs_f64()))
}
