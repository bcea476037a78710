//! Rust in the documentation: compiled for wasm as a user's crate would be, each block a module of it. Not by rustdoc, whose
//! tests are for the host: there is no driver to be made there.

use std::fs;

use anyhow::Result;

use super::blocks::{Block, Way};
use super::of_way;
use crate::process;
use crate::repo::{Lock, Repo};
use crate::setup::rust;
use crate::test::outcome::Outcome;

pub(super) fn run(repo: &Repo, blocks: &[Block]) -> Result<Outcome> {
    // Always the same: cargo keeps what it makes by a crate's folder.
    let _lock = Lock::take(&repo.target, "docs-blocks")?;
    let folder = repo.target.join("docs-blocks");
    let source = folder.join("src");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&source)?;
    // A workspace of its own, with the versions of ours.
    let manifest = format!(
        "[workspace]\n[package]\nname = \"docs-blocks\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dependencies]\nneo4j-wasm = {{ path = {:?}, features = [\"serde\", \"jiff\"] }}\n\
         futures = {{ version = \"0.3\", default-features = false }}\n\
         jiff = {{ version = \"0.2\", default-features = false }}\n\
         js-sys = \"0.3\"\nserde = {{ version = \"1\", features = [\"derive\"] }}\n",
        repo.root
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(repo.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let mut outcome = Outcome::default();
    let mut root = "#![deny(warnings)]\n".to_owned();
    for (number, block) in of_way(blocks, |way| way == Way::Rust).enumerate() {
        fs::write(source.join(format!("block_{number}.rs")), format!("// {}\n{}", block.name(), block.module()))?;
        // What is not called is shown all the same.
        root += &format!("#[allow(dead_code)]\nmod block_{number};\n");
        outcome.pass();
    }
    fs::write(source.join("lib.rs"), root)?;
    let mut cargo = rust::ensure(repo)?.cargo("check");
    cargo.current_dir(&folder).args(["--quiet", "--offline"]);
    if let Err(error) = process::run_quiet(&mut cargo) {
        outcome = Outcome::broken("blocks of Rust", &error);
    }
    Ok(outcome)
}
