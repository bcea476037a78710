//! What a bench runs on: the drivers as files that each runtime can import, a real server with data in it, recordings of
//! what it answers, the replay, the relay.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::recording::Recording;
use super::replay::{self, Frames};
use super::{Host, OFFICIAL, OFFICIAL_LITE, Request, modules};
use crate::js_folder::JsFolder;
use crate::process;
use crate::relay::Relay;
use crate::repo::Repo;
use crate::runtimes::Runtime;
use crate::server::{Options, Server, USER};
use crate::setup::java::{self, Release};
use crate::setup::node;

/// What is run, and what is compared: enough for whatever needs no server.
pub(super) struct Files {
    pub(super) folder: JsFolder,
    modules: PathBuf,
    site: u16,
}

impl Files {
    pub(super) fn lay_out(repo: &Repo, package: &Path, hosts: &[Host]) -> Result<Files> {
        let modules = modules(repo)?;
        let folder = JsFolder::new(repo, package, &["tests/harness", "tests/bench", "tests/round-trips"])?;
        let others: Vec<Runtime> = hosts.iter().map(|host| host.runtime).filter(|one| *one != Runtime::Node).collect();
        let folder = folder.with(repo, &others)?;
        // As npm installs it for programs; pages get the bundle that it has for them.
        folder.link(&modules, ["neo4j-driver"])?;
        bundle(&folder, &modules, &node::ensure(repo)?)?;
        fs::create_dir_all(folder.path().join("recordings"))?;
        let site = folder.site()?.mount("/bundles/", folder.path().join("bundles"));
        let site = site.mount("/recordings/", folder.path().join("recordings")).serve(0)?;
        Ok(Files { folder, modules, site })
    }

    /// What tests/bench/bench.mjs is to do, but for what needs a server.
    pub(super) fn task(&self, host: &Host) -> Value {
        let in_page = host.runtime.is_browser();
        let root = if in_page {
            format!("http://127.0.0.1:{}", self.site)
        } else {
            format!("file://{}", self.folder.path().display())
        };
        let bundle = |name: &str| format!("{root}/bundles/{name}.mjs");
        let slim = self.folder.path().join("bundles/ours-slim.mjs").exists();
        json!({
            "runtime": host.runtime.name(), "groups": host.groups, "only": ["transports"],
            "page": format!("{root}/harness"), "recordings": format!("{root}/recordings"),
            "user": USER, "password": "none",
            "modules": {
                "official": if in_page { bundle("official") } else { "neo4j-driver".to_owned() },
                "officialDecode": bundle("official-decode"),
                "start": {
                    "official": bundle("official"),
                    "official-lite": bundle("official-lite"),
                    "ours": bundle("ours"),
                    "ours, unbundled": format!("{root}/pkg/index.js"),
                    "ours-slim": slim.then(|| bundle("ours-slim")),
                },
            },
        })
    }

    /// Starts the runner: in the runtime itself, or for a page in Node.js.
    pub(super) fn start(&self, host: &Host, task: &Value) -> Result<Child> {
        let script = "tests/bench/bench.mjs";
        let mut command = match host.runtime {
            Runtime::Node | Runtime::Chromium => self.folder.node(script),
            other => self.folder.command(other, script)?,
        };
        // Not an argument: there is a password in it.
        command.env("BENCH_TASK", task.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.spawn().with_context(|| format!("cannot start {}", process::describe(&command)))
    }
}

pub(super) struct Stage {
    files: Files,
    server: Server,
    replay: u16,
    gathered: u16,
    /// Or why there is none: a bench without it is still a bench.
    relay: Result<Relay, String>,
}

impl Stage {
    pub(super) fn set(repo: &Repo, files: Files, request: &Request) -> Result<Stage> {
        let neo4j = java::ensure(repo, Release::named(&request.version)?)?;
        println!("bench: starting Neo4j {}", neo4j.release.version);
        // TLS is there for who asks for it; what is timed is plain.
        let options = Options { fast: true, tls: true, clear_too: true, ..Options::default() };
        let server = Server::start(repo, &neo4j, options)?;
        let recordings = record(&files.folder, &server, &request.queries)?;
        let relay = Relay::start(repo, server.port).map_err(|error| format!("{error:#}"));
        Ok(Stage {
            replay: replay::serve(read(&recordings)?, Frames::AsRecorded)?,
            gathered: replay::serve(read(&recordings)?, Frames::Gathered)?,
            files,
            server,
            relay,
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
            "neo4j-driver": of(self.files.modules.join("neo4j-driver/package.json"))?,
            "neo4j-driver-lite": of(self.files.modules.join("neo4j-driver-lite/package.json"))?,
            "neo4j-wasm": of(self.files.folder.package().join("package.json"))?,
        }))
    }

    pub(super) fn start(&self, host: &Host, request: &Request) -> Result<Child> {
        self.files.start(host, &self.task(host, request))
    }

    fn task(&self, host: &Host, request: &Request) -> Value {
        let uri = |port: u16| format!("bolt://127.0.0.1:{port}");
        let mut task = self.files.task(host);
        task["only"] = json!(request.only);
        task["rounds"] = json!(request.rounds);
        task["share"] = json!(request.share);
        task["queries"] = json!(request.queries);
        task["password"] = json!(self.server.password);
        // The certificate is the server's own: a page's browser is told to take it.
        task["trustingScheme"] = json!(if host.runtime.is_browser() { "s" } else { "ssc" });
        task["endpoints"] = json!({
            "real": uri(self.server.port), "replay": uri(self.replay), "gathered": uri(self.gathered),
            "relay": self.relay.as_ref().ok().map(|relay| uri(relay.port)),
        });
        task["absent"] = json!({ "relay": self.relay.as_ref().err() });
        task
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
