//! A throw-away folder with a copy of what JavaScript is to run, and the package as npm would install it: imports go
//! through the package's `exports`, and a build meanwhile changes nothing under a running program.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::package;
use crate::process;
use crate::repo::{Repo, Scratch, copy_folder};
use crate::runtimes::Runtime;
use crate::setup::{browsers, node};
use crate::stamp::files_below;

/// Packages of others that ours has to get on with.
const TRIED_WITH: [&str; 4] = ["apache-arrow", "fast-check", "@vue/reactivity", "mobx"];

/// A folder in which JavaScript finds the package, and the programs to run it.
pub(crate) struct JsFolder {
    scratch: Scratch,
    node: PathBuf,
    programs: BTreeMap<Runtime, PathBuf>,
}

impl JsFolder {
    /// With copies of `folders` of the clone.
    pub(crate) fn new(repo: &Repo, package: &Path, folders: &[&str]) -> Result<JsFolder> {
        let folder = JsFolder::empty(repo, folders)?;
        install(repo, package, folder.path())?;
        let peers = dependencies(package)?;
        let names = peers.iter().map(String::as_str).chain(TRIED_WITH).chain(["puppeteer-core"]);
        folder.link(&node::ensure_tools(repo)?, names)?;
        Ok(folder)
    }

    /// The same for what does without the package, and need not wait for it to be built.
    pub(crate) fn without_package(repo: &Repo, folders: &[&str]) -> Result<JsFolder> {
        let folder = JsFolder::empty(repo, folders)?;
        folder.link(&node::ensure_tools(repo)?, ["puppeteer-core"])?;
        Ok(folder)
    }

    fn empty(repo: &Repo, folders: &[&str]) -> Result<JsFolder> {
        let scratch = Scratch::new(&repo.target.join("run"), "js")?;
        for folder in folders.iter().filter(|folder| repo.root.join(folder).is_dir()) {
            copy_folder(&repo.root.join(folder), &scratch.path().join(folder))?;
        }
        fs::write(scratch.path().join("package.json"), "{\"private\":true,\"type\":\"module\"}")?;
        Ok(JsFolder { scratch, node: node::ensure(repo)?, programs: BTreeMap::new() })
    }

    /// With the programs of these runtimes.
    pub(crate) fn with(mut self, repo: &Repo, runtimes: &[Runtime]) -> Result<JsFolder> {
        for runtime in runtimes {
            self.programs.insert(*runtime, runtime.ensure(repo)?);
        }
        Ok(self)
    }

    pub(crate) fn with_chromium(mut self) -> Result<JsFolder> {
        self.programs.insert(Runtime::Chromium, browsers::chromium()?);
        Ok(self)
    }

    /// Makes packages that are installed elsewhere importable here.
    pub(crate) fn link<'a>(&self, installed: &Path, names: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let modules = self.path().join("node_modules");
        for name in names {
            if !installed.join(name).exists() {
                bail!("{name} is not in the package.json of xtask/tools or xtask/runtimes that should list it");
            }
            if modules.join(name).exists() {
                continue;
            }
            if let Some(scope) = modules.join(name).parent() {
                fs::create_dir_all(scope)?;
            }
            symlink(installed.join(name), modules.join(name))?;
        }
        Ok(())
    }

    /// A copy of the tests in which they import the package by another name; the folder's name is what it is for.
    pub(crate) fn variant(&self, name: &str, entry: &str) -> Result<PathBuf> {
        let folder = self.path().join(name);
        copy_folder(&self.path().join("tests"), &folder.join("tests"))?;
        for file in files_below(&folder)? {
            let text = fs::read_to_string(&file)?;
            fs::write(&file, text.replace("\"neo4j-wasm\"", &format!("\"{entry}\"")))?;
        }
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn package(&self) -> PathBuf {
        self.path().join("node_modules/neo4j-wasm")
    }

    /// A Node.js program of this folder.
    pub(crate) fn node(&self, script: &str) -> Command {
        self.run_by(Runtime::Node, &self.node, script)
    }

    /// A program of this folder for another runtime.
    pub(crate) fn command(&self, runtime: Runtime, script: &str) -> Result<Command> {
        let program = self.programs.get(&runtime).with_context(|| format!("nobody asked for {runtime:?}"))?;
        Ok(self.run_by(runtime, program, script))
    }

    /// How scripts start a runtime: its program and what comes before a script's name.
    pub(crate) fn words(&self, runtime: Runtime) -> Result<Vec<String>> {
        let program = self.programs.get(&runtime).with_context(|| format!("nobody asked for {runtime:?}"))?;
        let flags = runtime.flags().iter().map(|flag| (*flag).to_owned());
        Ok(std::iter::once(program.display().to_string()).chain(flags).collect())
    }

    fn run_by(&self, runtime: Runtime, program: &Path, script: &str) -> Command {
        let mut command = Command::new(program);
        command.args(runtime.flags()).arg(self.path().join(script)).current_dir(self.path());
        command.env("DENO_NO_UPDATE_CHECK", "1");
        // Scripts find browsers and workerd by these variables.
        let variables = [
            (Runtime::Chromium, "CHROMIUM"),
            (Runtime::Firefox, "FIREFOX"),
            (Runtime::Workerd, "MINIFLARE_WORKERD_PATH"),
        ];
        for (runtime, variable) in variables {
            if let Some(program) = self.programs.get(&runtime) {
                command.env(variable, program);
            }
        }
        command
    }

    /// The suites of a folder: files whose names end so.
    pub(crate) fn suites(&self, folder: &str, ending: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let Ok(entries) = fs::read_dir(self.path().join(folder)) else { return Ok(found) };
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(ending) {
                found.push(format!("{folder}/{name}"));
            }
        }
        found.sort();
        Ok(found)
    }
}

/// Packs the package and installs the tarball: what `files` and `exports` leave out is not there.
fn install(repo: &Repo, package: &Path, folder: &Path) -> Result<()> {
    let pack = |from: &Path, to: &Path| -> Result<()> {
        process::run_quiet(node::npm().args(["pack", "--ignore-scripts", "--pack-destination"]).arg(to).arg(from))
    };
    {
        // Under the build's own lock: another build may be about to put a newer package in its place.
        let _lock = package::lock(repo)?;
        pack(package, folder)?;
    }
    let tarball = tarball(folder)?;
    let mut npm = node::npm();
    npm.current_dir(folder).args(["install", "--offline", "--no-save", "--no-package-lock", "--ignore-scripts"]);
    process::run_quiet(npm.arg(tarball))?;
    // For tests of two copies in one program.
    let installed = folder.join("node_modules/neo4j-wasm");
    copy_folder(&installed, &folder.join("again"))?;
    fs::rename(folder.join("again"), installed.join("again"))?;
    Ok(())
}

/// What `npm pack` has made.
pub(crate) fn tarball(folder: &Path) -> Result<PathBuf> {
    let files = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    files.into_iter().find(|path| path.extension().is_some_and(|end| end == "tgz")).context("npm pack made no tarball")
}

/// What npm installs along with the package, and what a user may: the peers, optional ones too, since a Node.js without a
/// WebSocket of its own needs them.
fn dependencies(package: &Path) -> Result<Vec<String>> {
    let manifest: Value = serde_json::from_str(&fs::read_to_string(package.join("package.json"))?)?;
    let sections = ["dependencies", "optionalDependencies", "peerDependencies"];
    Ok(sections.iter().filter_map(|key| manifest[key].as_object()).flat_map(|map| map.keys().cloned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_all_sections() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-dependencies").unwrap();
        let manifest = r#"{"dependencies":{"ws":"^8"},"peerDependencies":{"@a/b":"1"},"devDependencies":{"c":"1"}}"#;
        fs::write(scratch.path().join("package.json"), manifest).unwrap();
        assert_eq!(dependencies(scratch.path()).unwrap(), ["ws", "@a/b"]);
        fs::write(scratch.path().join("package.json"), "{}").unwrap();
        assert!(dependencies(scratch.path()).unwrap().is_empty());
    }
}
