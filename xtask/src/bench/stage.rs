//! What a bench runs on: a real server with data in it, recordings of what it answers, the replay, the relay, and the
//! drivers as files that a runtime can import.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::recording::Recording;
use super::replay::{self, Frames};
use super::{OFFICIAL, OFFICIAL_LITE, Request, modules};
use crate::js_folder::JsFolder;
use crate::process;
use crate::relay::Relay;
use crate::repo::Repo;
use crate::server::{Options, Server, USER};
use crate::setup::java::{self, Release};
use crate::setup::node;

pub(super) struct Stage {
    pub(super) folder: JsFolder,
    modules: PathBuf,
    server: Server,
    replay: u16,
    gathered: u16,
    /// Or why there is none: a bench without it is still a bench.
    relay: Result<Relay, String>,
    site: u16,
}

impl Stage {
    pub(super) fn set(repo: &Repo, package: &Path, request: &Request) -> Result<Stage> {
        let modules = modules(repo)?;
        let folder = JsFolder::new(repo, package, &["tests/harness", "tests/bench"])?.with_chromium()?;
        bundle(&folder, &modules, &node::ensure(repo)?)?;
        let neo4j = java::ensure(repo, Release::named(&request.version)?)?;
        println!("bench: starting Neo4j {}", neo4j.release.version);
        let server = Server::start(repo, &neo4j, Options { fast: true, ..Options::default() })?;
        let recordings = record(&folder, &server, &request.queries)?;
        let relay = Relay::start(repo, server.port).map_err(|error| format!("{error:#}"));
        let site = folder.site()?.mount("/bundles/", folder.path().join("bundles"));
        let site = site.mount("/recordings/", folder.path().join("recordings")).serve(0)?;
        Ok(Stage {
            replay: replay::serve(read(&recordings)?, Frames::AsRecorded)?,
            gathered: replay::serve(read(&recordings)?, Frames::Gathered)?,
            folder,
            modules,
            server,
            relay,
            site,
        })
    }

    /// Of everything that is compared or talked to.
    pub(super) fn versions(&self) -> Result<Value> {
        let of = |file: PathBuf| -> Result<Value> {
            let manifest: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
            Ok(manifest["version"].clone())
        };
        Ok(json!({
            "neo4j": self.server.version,
            "neo4j-driver": of(self.modules.join("neo4j-driver/package.json"))?,
            "neo4j-driver-lite": of(self.modules.join("neo4j-driver-lite/package.json"))?,
            "neo4j-wasm": of(self.folder.package().join("package.json"))?,
        }))
    }

    /// What tests/bench/bench.mjs is to do.
    pub(super) fn task(&self, runtime: &str, request: &Request) -> Result<Value> {
        let in_page = runtime == "chromium";
        let root = if in_page {
            format!("http://127.0.0.1:{}", self.site)
        } else {
            format!("file://{}", self.folder.path().display())
        };
        let uri = |port: u16| format!("bolt://127.0.0.1:{port}");
        let slim = self.folder.path().join("bundles/ours-slim.mjs").exists();
        Ok(json!({
            "runtime": runtime, "only": request.only, "rounds": request.rounds, "share": request.share,
            "queries": request.queries, "user": USER, "password": self.server.password,
            "page": format!("{root}/harness"), "recordings": format!("{root}/recordings"),
            "endpoints": {
                "real": uri(self.server.port), "replay": uri(self.replay), "gathered": uri(self.gathered),
                "relay": self.relay.as_ref().ok().map(|relay| uri(relay.port)),
            },
            "absent": { "relay": self.relay.as_ref().err() },
            "modules": {
                "official": format!("{root}/bundles/official.mjs"),
                "officialDecode": format!("{root}/bundles/official-decode.mjs"),
                "start": {
                    "official": format!("{root}/bundles/official.mjs"),
                    "official-lite": format!("{root}/bundles/official-lite.mjs"),
                    "ours": format!("{root}/bundles/ours.mjs"),
                    "ours, unbundled": format!("{root}/pkg/index.js"),
                    "ours-slim": slim.then(|| format!("{root}/bundles/ours-slim.mjs")),
                },
            },
        }))
    }
}

/// The official drivers as they ship for browsers, their decoder alone, and our entry as an application would bundle it.
fn bundle(folder: &JsFolder, modules: &Path, node: &Path) -> Result<()> {
    let bundles = folder.path().join("bundles");
    fs::create_dir_all(&bundles)?;
    for (name, file) in [("official", OFFICIAL), ("official-lite", OFFICIAL_LITE)] {
        fs::copy(modules.join(file), bundles.join(format!("{name}.mjs"))).with_context(|| format!("no {file}"))?;
    }
    let mut entries = vec![
        (folder.path().join("tests/bench/official-decode.js"), "official-decode"),
        (folder.package().join("index.js"), "ours"),
    ];
    let slim = folder.package().join("slim.js");
    if slim.exists() {
        entries.push((slim, "ours-slim"));
        // Where the bundled entry looks for it.
        let wasm = "neo4j_wasm_bg.wasm";
        fs::copy(folder.package().join(wasm), bundles.join(wasm))?;
    }
    for (entry, name) in entries {
        let mut esbuild = Command::new(node);
        esbuild.arg(modules.join("esbuild/bin/esbuild")).env("NODE_PATH", modules).current_dir(folder.path());
        esbuild.args(["--bundle", "--minify", "--format=esm", "--platform=browser", "--log-level=warning"]);
        process::run_quiet(
            esbuild.arg(entry).arg(format!("--outfile={}", bundles.join(name).with_extension("mjs").display())),
        )?;
    }
    Ok(())
}

/// Fills the server and records what it answers; the recordings' folder.
fn record(folder: &JsFolder, server: &Server, queries: &[String]) -> Result<PathBuf> {
    println!("bench: recording what the server answers");
    let recordings = folder.path().join("recordings");
    let task = json!({
        "uri": server.uri(), "user": USER, "password": server.password, "queries": queries, "folder": recordings,
    });
    let mut node = folder.node("tests/bench/record.mjs");
    process::run(node.env("BENCH_TASK", task.to_string()).stdin(Stdio::null()))?;
    Ok(recordings)
}

fn read(folder: &Path) -> Result<Vec<Recording>> {
    let mut recordings = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if let Some(name) = path.file_stem().filter(|_| path.extension().is_some_and(|ending| ending == "bolt")) {
            recordings.push(Recording::read(folder, &name.to_string_lossy())?);
        }
    }
    Ok(recordings)
}
