//! The package through bundlers: the tests as one, to be run, and a small application, to be weighed.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::json;

use crate::js_folder::JsFolder;
use crate::process;
use crate::repo::Repo;
use crate::setup::node;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bundler {
    Vite,
    Webpack,
    Rollup,
    Esbuild,
}

pub(crate) const BUNDLERS: [Bundler; 4] = [Bundler::Vite, Bundler::Webpack, Bundler::Rollup, Bundler::Esbuild];

impl Bundler {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Bundler::Vite => "vite",
            Bundler::Webpack => "webpack",
            Bundler::Rollup => "rollup",
            Bundler::Esbuild => "esbuild",
        }
    }

    /// Where the tests are, as it has bundled them.
    pub(crate) fn folder(self) -> String {
        format!("dist/{}", self.name())
    }
}

/// Bundles suites and application, with each of these bundlers.
pub(crate) fn build(repo: &Repo, folder: &JsFolder, suites: &[String], bundlers: &[Bundler]) -> Result<()> {
    let names = BUNDLERS.map(Bundler::name);
    folder.link(&node::ensure_runtimes(repo)?, names.into_iter().chain(["@rollup/plugin-node-resolve"]))?;
    let place = folder.variant("bundle", "neo4j-wasm")?;
    fs::write(place.join("tests/package/internals.js"), internals(&folder.package())?)?;
    fs::write(place.join("main.js"), main(suites))?;
    fs::copy(repo.root.join("xtask/runtimes/bundle.mjs"), folder.path().join("bundle.mjs"))?;
    let path = |relative: &str| folder.path().join(relative).display().to_string();
    for &bundler in bundlers {
        let slim = format!("{}-slim", bundler.folder());
        let tests = ("bundle/main.js", bundler.folder());
        for (entry, out) in [tests, ("tests/runtimes/app.js", app(bundler)), ("tests/runtimes/slim-app.js", slim)] {
            let task = json!({ "bundler": bundler.name(), "entry": path(entry), "out": path(&out) });
            process::run_quiet(folder.node("bundle.mjs").arg(task.to_string()))?;
        }
    }
    Ok(())
}

/// Where the application is.
pub(crate) fn app(bundler: Bundler) -> String {
    format!("dist/{}-app", bundler.name())
}

/// What here.js is elsewhere: imports that a bundler can see.
pub(super) fn main(suites: &[String]) -> String {
    let loads: Vec<String> =
        suites.iter().map(|suite| format!("  \"{suite}\": () => import(\"./{suite}\"),")).collect();
    format!(
        "import {{ run as runHere }} from \"./tests/harness/here.js\";\n\
         const loads = {{\n{}\n}};\n\
         export const run = (task, report) =>\n  \
         runHere({{ ...task, suites: task.suites.map(({{ name }}) => ({{ name, load: loads[name] }})) }}, report);\n",
        loads.join("\n")
    )
}

/// In the place of tests/package/internals.js: the files of the package as parts of the bundle.
fn internals(package: &Path) -> Result<String> {
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(package)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // Not the entries, and nothing that belongs to another runtime.
        let is_part = name.ends_with(".js") && !["index", "node", "slim"].iter().any(|part| name.starts_with(part));
        if is_part {
            names.push(name);
        }
    }
    names.sort();
    let load = |name: &String| format!("  \"{name}\": () => import(\"../../../node_modules/neo4j-wasm/{name}\"),");
    let loads: Vec<String> = names.iter().map(load).collect();
    Ok(format!(
        "const loads = {{\n{}\n}};\n\
         export const fileUrl = (name) => new URL(`/pkg/${{name}}`, location.href).href;\n\
         const other = (name) => import(/* webpackIgnore: true */ /* @vite-ignore */ fileUrl(name));\n\
         export const internal = (name) => (loads[name] ?? other)(name);\n\
         export const readBytes = async (name) => new Uint8Array(await (await fetch(fileUrl(name))).arrayBuffer());\n\
         export const readText = async (name) => (await fetch(fileUrl(name))).text();\n",
        loads.join("\n")
    ))
}
