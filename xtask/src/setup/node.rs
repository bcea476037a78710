//! Node.js, and what we need from npm.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::process;
use crate::repo::{Lock, Repo, Scratch, swap_in};
use crate::stamp::Stamp;

const OLDEST_NODE: u32 = 20;

/// Node.js of at least version 20: the one on the path, or one from npm in the cache.
pub(crate) fn ensure(repo: &Repo) -> Result<PathBuf> {
    if let Some(node) = process::on_path("node").filter(|node| is_new_enough(node)) {
        return Ok(node);
    }
    let ours = repo.cache.join("node/node_modules/node/bin/node");
    if is_new_enough(&ours) {
        return Ok(ours);
    }
    let _lock = Lock::take(&repo.cache, "node")?;
    // Debian 12 has Node 18: too old to run our tests, but its npm fetches a newer one.
    if process::on_path("npm").is_none() {
        apt::install("npm", &["npm"])?;
    }
    println!("setup: Node.js 22 from npm");
    let scratch = Scratch::new(&repo.cache, "node")?;
    fs::write(scratch.path().join("package.json"), "{\"private\":true}")?;
    let package = format!("node-{}-{}@22", std::env::consts::OS, npm_arch());
    process::run_quiet(npm().current_dir(scratch.path()).args(["install", &format!("node@npm:{package}")]))?;
    swap_in(scratch.path(), &repo.cache.join("node"))?;
    if !is_new_enough(&ours) {
        bail!("no Node.js of version {OLDEST_NODE} or newer: install one and put it on the PATH");
    }
    Ok(ours)
}

fn npm_arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn is_new_enough(node: &Path) -> bool {
    let version = process::output(Command::new(node).arg("--version")).unwrap_or_default();
    major(&version).is_some_and(|major| major >= OLDEST_NODE)
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

pub(crate) fn npm() -> Command {
    let mut npm = Command::new("npm");
    npm.args(["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]);
    npm
}

/// The `node_modules` with what the build and the tests need.
pub(crate) fn ensure_tools(repo: &Repo) -> Result<PathBuf> {
    ensure_modules(repo, "xtask/tools", "npm tools (TypeScript, binaryen, puppeteer-core, ws)")
}

/// The `node_modules` with the runtimes and bundlers that the package is tested in.
pub(crate) fn ensure_runtimes(repo: &Repo) -> Result<PathBuf> {
    ensure_modules(
        repo,
        "xtask/runtimes",
        "npm packages for tests (Node, Deno, Bun, workerd, Vite, webpack, Rollup, esbuild)",
    )
}

/// The `node_modules` for the lock file in a folder of the clone.
pub(crate) fn ensure_modules(repo: &Repo, folder: &str, what: &str) -> Result<PathBuf> {
    let source = repo.root.join(folder);
    let lock_file = fs::read(source.join("package-lock.json"))
        .with_context(|| format!("cannot read {folder}/package-lock.json"))?;
    let mut key = Stamp::new();
    key.add(&lock_file);
    let place = repo.cache.join("npm").join(key.hex());
    let modules = place.join("node_modules");
    if modules.is_dir() {
        return Ok(modules);
    }
    let _lock = Lock::take(&repo.cache, "npm")?;
    if modules.is_dir() {
        return Ok(modules);
    }
    if process::on_path("npm").is_none() {
        apt::install("npm", &["npm"])?;
    }
    println!("setup: {what}");
    let scratch = Scratch::new(&repo.cache, "npm-ci")?;
    fs::write(scratch.path().join("package-lock.json"), lock_file)?;
    fs::copy(source.join("package.json"), scratch.path().join("package.json"))?;
    let settings = source.join(".npmrc");
    if settings.exists() {
        fs::copy(settings, scratch.path().join(".npmrc"))?;
    }
    process::run_quiet(npm().current_dir(scratch.path()).args(["ci", "--ignore-scripts"]))?;
    fs::create_dir_all(repo.cache.join("npm"))?;
    swap_in(scratch.path(), &place)?;
    Ok(modules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v9.0.0"), Some(9));
        assert_eq!(major(""), None);
        assert_eq!(major("Welcome to Node"), None);
    }
}
