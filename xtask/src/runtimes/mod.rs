//! The JavaScript runtimes that the package is for, and the forms in which it gets there.

pub(crate) mod bundle;
pub(crate) mod edge;
pub(crate) mod table;
pub(crate) mod wasm_pack;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::js_folder::JsFolder;
use crate::repo::Repo;
use crate::setup::{browsers, node};
use bundle::Bundler;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Runtime {
    /// The one that xtask itself uses.
    Node,
    OldestNode,
    NewestNode,
    Deno,
    Bun,
    Chromium,
    Firefox,
    /// The runtime of Cloudflare Workers.
    Workerd,
}

/// How the package gets into the runtime.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    /// As it is, imported by a module.
    Module,
    /// The same, in a page that may have no workers.
    WithoutWorkers,
    ModuleWorker,
    ClassicWorker,
    /// By the entry that leaves the wasm out.
    Slim,
    /// As it is, its drivers told to use WebSockets where TCP is the default.
    OverWebSocket,
    /// As part of a bundle, in a page.
    Bundle(Bundler),
    /// As part of a Worker with this compatibility date.
    Edge(&'static str),
    /// The same with the newest date, its drivers told to use TCP.
    EdgeOverTcp,
}

/// A runtime, and the form in which the package gets there.
pub(crate) type Place = (Runtime, Form);

/// Where the tests run. Those of one browser stand together.
pub(crate) const PLACES: [Place; 23] = [
    (Runtime::Chromium, Form::Module),
    (Runtime::Chromium, Form::WithoutWorkers),
    (Runtime::Chromium, Form::ModuleWorker),
    (Runtime::Chromium, Form::ClassicWorker),
    (Runtime::Chromium, Form::Slim),
    (Runtime::Chromium, Form::Bundle(Bundler::Vite)),
    (Runtime::Chromium, Form::Bundle(Bundler::Webpack)),
    (Runtime::Chromium, Form::Bundle(Bundler::Rollup)),
    (Runtime::Chromium, Form::Bundle(Bundler::Esbuild)),
    (Runtime::Firefox, Form::Module),
    (Runtime::Firefox, Form::ModuleWorker),
    (Runtime::OldestNode, Form::Module),
    (Runtime::OldestNode, Form::Slim),
    (Runtime::OldestNode, Form::OverWebSocket),
    (Runtime::NewestNode, Form::Module),
    (Runtime::NewestNode, Form::OverWebSocket),
    (Runtime::Deno, Form::Module),
    (Runtime::Deno, Form::OverWebSocket),
    (Runtime::Bun, Form::Module),
    (Runtime::Bun, Form::OverWebSocket),
    (Runtime::Workerd, Form::Edge("2024-01-01")),
    (Runtime::Workerd, Form::Edge("2025-02-01")),
    (Runtime::Workerd, Form::Edge(edge::NEWEST)),
];

/// All places, or those of the runtime that is named.
pub(crate) fn parse(args: &[String]) -> Result<Vec<Place>> {
    let places: Vec<Place> = match args {
        [] => PLACES.to_vec(),
        [name] => PLACES.into_iter().filter(|(runtime, _)| runtime.name() == name).collect(),
        _ => bail!("runtimes takes the name of a runtime, or nothing"),
    };
    if places.is_empty() {
        bail!("no runtime {}", args.join(" "));
    }
    Ok(places)
}

/// The package, the tests, and the runtimes to run them in.
pub(crate) fn folder(repo: &Repo, package: &Path, places: &[Place]) -> Result<JsFolder> {
    let folders = ["tests/harness", "tests/package", "tests/runtimes", "tests/tls", "tests/unconnected"];
    let mut folder = JsFolder::new(repo, package, &folders)?;
    for (runtime, _) in places {
        folder = folder.with(repo, &[*runtime])?;
    }
    // Import maps do not reach into workers.
    folder.variant("by-path", "/pkg/index.js")?;
    folder.variant("slim", "neo4j-wasm/slim")?;
    Ok(folder)
}

impl Runtime {
    /// As tests/harness/env.js has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Runtime::Node | Runtime::OldestNode | Runtime::NewestNode => "node",
            Runtime::Deno => "deno",
            Runtime::Bun => "bun",
            Runtime::Chromium => "chromium",
            Runtime::Firefox => "firefox",
            Runtime::Workerd => "workerd",
        }
    }

    pub(crate) fn is_browser(self) -> bool {
        matches!(self, Runtime::Chromium | Runtime::Firefox)
    }

    /// Its program, installed if need be.
    pub(crate) fn ensure(self, repo: &Repo) -> Result<PathBuf> {
        match self {
            Runtime::Node => node::ensure(repo),
            Runtime::Chromium => browsers::chromium(),
            Runtime::Firefox => browsers::firefox(),
            _ => {
                let modules = node::ensure_runtimes(repo)?;
                let path = self.in_modules().context("this machine's processor is not known")?;
                Ok(modules.join(path))
            }
        }
    }

    /// Where npm puts the program.
    fn in_modules(self) -> Option<&'static str> {
        let is_arm = match std::env::consts::ARCH {
            "x86_64" => false,
            "aarch64" => true,
            _ => return None,
        };
        Some(match (self, is_arm) {
            (Runtime::OldestNode, false) => "node-oldest-x64/bin/node",
            (Runtime::OldestNode, true) => "node-oldest-arm64/bin/node",
            (Runtime::NewestNode, false) => "node-newest-x64/bin/node",
            (Runtime::NewestNode, true) => "node-newest-arm64/bin/node",
            (Runtime::Deno, false) => "@deno/linux-x64-glibc/deno",
            (Runtime::Deno, true) => "@deno/linux-arm64-glibc/deno",
            (Runtime::Bun, false) => "@oven/bun-linux-x64/bin/bun",
            (Runtime::Bun, true) => "@oven/bun-linux-aarch64/bin/bun",
            (Runtime::Workerd, false) => "@cloudflare/workerd-linux-64/bin/workerd",
            (Runtime::Workerd, true) => "@cloudflare/workerd-linux-arm64/bin/workerd",
            (Runtime::Node | Runtime::Chromium | Runtime::Firefox, _) => return None,
        })
    }

    /// What stands between the program and its script; a script may ask for the collection of garbage.
    pub(crate) fn flags(self) -> &'static [&'static str] {
        match self {
            Runtime::Deno => &["run", "--allow-all", "--node-modules-dir=manual", "--v8-flags=--expose-gc"],
            Runtime::Bun | Runtime::Chromium | Runtime::Firefox | Runtime::Workerd => &[],
            Runtime::Node | Runtime::OldestNode | Runtime::NewestNode => &["--expose-gc"],
        }
    }
}

impl Form {
    /// Where the tests are that import the package in this form: below the folder, with a slash at the end.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Form::Module | Form::WithoutWorkers | Form::OverWebSocket => "",
            Form::ModuleWorker | Form::ClassicWorker => "by-path/",
            Form::Slim => "slim/",
            Form::Bundle(_) => "bundle/",
            Form::Edge(_) | Form::EdgeOverTcp => "edge/",
        }
    }

    /// As tests/harness/env.js has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Form::Module => "module",
            Form::WithoutWorkers => "without workers",
            Form::ModuleWorker => "module worker",
            Form::ClassicWorker => "classic worker",
            Form::Slim => "slim",
            Form::OverWebSocket => "over WebSocket",
            Form::Bundle(bundler) => bundler.name(),
            Form::Edge(date) => date,
            Form::EdgeOverTcp => "over TCP",
        }
    }
}

/// As in the table: `Node (oldest)`, `Chromium, module worker`.
pub(crate) fn title((runtime, form): Place) -> String {
    match form {
        Form::Module => format!("{runtime:?}"),
        _ => format!("{runtime:?}, {}", form.name()),
    }
}
