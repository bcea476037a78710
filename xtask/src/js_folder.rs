//! A throw-away folder with a copy of what JavaScript is to run, and the package as npm would install it: imports go
//! through the package's `exports`, and a build meanwhile changes nothing under a running program.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::package;
use crate::repo::{Repo, Scratch, copy_folder};
use crate::setup::node;

/// A folder in which JavaScript finds the package, and the programs to run it.
pub(crate) struct JsFolder {
    scratch: Scratch,
    node: PathBuf,
    chromium: Option<PathBuf>,
}

impl JsFolder {
    /// With copies of `folders` of the clone.
    pub(crate) fn new(repo: &Repo, package: &Path, folders: &[&str]) -> Result<JsFolder> {
        let tools = node::ensure_tools(repo)?;
        let scratch = Scratch::new(&repo.target.join("run"), "js")?;
        for folder in folders.iter().filter(|folder| repo.root.join(folder).is_dir()) {
            copy_folder(&repo.root.join(folder), &scratch.path().join(folder))?;
        }
        fs::write(scratch.path().join("package.json"), "{\"private\":true,\"type\":\"module\"}")?;
        let modules = scratch.path().join("node_modules");
        copy_package(repo, package, &modules.join("neo4j-wasm"))?;
        for name in dependencies(package)?.iter().map(String::as_str).chain(["puppeteer-core"]) {
            let installed = tools.join(name);
            if !installed.exists() {
                bail!("the package depends on {name}, which xtask/tools/package.json does not list");
            }
            if let Some(scope) = modules.join(name).parent() {
                fs::create_dir_all(scope)?;
            }
            symlink(installed, modules.join(name))?;
        }
        Ok(JsFolder { scratch, node: node::ensure(repo)?, chromium: None })
    }

    pub(crate) fn with_chromium(mut self) -> Result<JsFolder> {
        self.chromium = Some(node::ensure_chromium()?);
        Ok(self)
    }

    pub(crate) fn path(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn package(&self) -> PathBuf {
        self.path().join("node_modules/neo4j-wasm")
    }

    /// A Node.js program of this folder.
    pub(crate) fn node(&self, script: &str) -> Command {
        let mut command = Command::new(&self.node);
        command.current_dir(self.path()).arg("--expose-gc").arg(self.path().join(script));
        if let Some(chromium) = &self.chromium {
            command.env("CHROMIUM", chromium);
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

/// Under the build's own lock: another build may be about to put a newer package in its place.
fn copy_package(repo: &Repo, package: &Path, to: &Path) -> Result<()> {
    let _lock = package::lock(repo)?;
    copy_folder(package, to)
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
