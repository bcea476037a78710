//! Rust in the documentation: compiled for wasm as a user's crate would be, each block a module of it. Not by rustdoc, whose
//! tests are for the host: there is no driver to be made there.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::blocks::{Block, Way};
use super::of_way;
use crate::process;
use crate::repo::{Lock, Repo};
use crate::setup::rust;
use crate::test::outcome::Outcome;

/// Its manifest and its lock file.
const PLAN: &str = "tests/docs/rust";

pub(super) fn run(repo: &Repo, blocks: &[Block]) -> Result<Outcome> {
    // Always the same: cargo keeps what it makes by a crate's folder.
    let _lock = Lock::take(&repo.target, "docs-blocks")?;
    let folder = lay_out(repo)?;
    let source = folder.join("src");
    let mut outcome = Outcome::default();
    let mut root = "#![deny(warnings)]\n".to_owned();
    for (number, block) in of_way(blocks, |way| way == Way::Rust).enumerate() {
        fs::write(source.join(format!("block_{number}.rs")), format!("// {}\n{}", block.name(), block.module()))?;
        // What is not called is shown all the same.
        root += &format!("#[allow(dead_code)]\nmod block_{number};\n");
        outcome.pass();
    }
    fs::write(source.join("lib.rs"), root)?;
    rust::ensure_crates(&folder)?;
    let mut cargo = rust::ensure(repo)?.cargo("check");
    cargo.current_dir(&folder).args(["--quiet", "--offline"]);
    if let Err(error) = process::run_quiet(&mut cargo) {
        outcome = Outcome::broken("blocks of Rust", &error);
    }
    Ok(outcome)
}

/// The crates that the blocks use, frameworks among them.
pub(crate) fn ensure_crates(repo: &Repo) -> Result<()> {
    let _lock = Lock::take(&repo.target, "docs-blocks")?;
    rust::ensure_crates(&lay_out(repo)?)
}

/// The crate without blocks: what it is made of is written below the target folder, not among the sources.
fn lay_out(repo: &Repo) -> Result<PathBuf> {
    let (plan, folder) = (repo.root.join(PLAN), repo.target.join("docs-blocks"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    fs::write(folder.join("Cargo.toml"), moved(&fs::read_to_string(plan.join("Cargo.toml"))?, &repo.root))?;
    fs::copy(plan.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(folder)
}

/// The manifest, for another folder than its own.
fn moved(manifest: &str, root: &Path) -> String {
    manifest.replace("path = \"../../..\"", &format!("path = {root:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_finds_the_crate_from_elsewhere() {
        let manifest = include_str!("../../../../tests/docs/rust/Cargo.toml");
        assert!(moved(manifest, Path::new("/a clone")).contains("neo4j-wasm = { path = \"/a clone\", "));
    }
}
