//! What the driver weighs in a page of Rust, held to what docs/rust.md says: tests/docs/bare.rs with the manifest that is shown
//! there, by the standard library as it comes.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::blocks::Block;
use crate::package::{self, Names};
use crate::process;
use crate::repo::{Lock, Repo};
use crate::setup::{node, rust};

const TEXT: &str = "docs/rust.md";
const PROGRAM: &str = "tests/docs/bare.rs";
/// Compilers differ by as much.
const SLACK: f64 = 1.02;

/// What is wrong with the figure.
pub(super) fn check(repo: &Repo, blocks: &[Block]) -> Result<Vec<String>> {
    let stated = stated(&fs::read_to_string(repo.root.join(TEXT))?).context("docs/rust.md states no size")?;
    let shown = blocks.iter().find(|block| block.file == TEXT && block.text.contains("[profile.release]"));
    let shown = shown.context("docs/rust.md shows no profile")?;
    let bytes = weigh(repo, &manifest(&shown.text, &repo.root)?)?;
    println!("docs: a bare page of Rust is {bytes} bytes gzip, {stated} kB by {TEXT}");
    let fits = bytes as f64 <= stated as f64 * 1000.0 * SLACK;
    Ok(if fits { Vec::new() } else { vec![format!("{PROGRAM} is {bytes} bytes gzip, and {TEXT} says {stated} kB")] })
}

/// Before the first `kB gzip after wasm-opt`.
fn stated(text: &str) -> Option<u32> {
    text.split_once(" kB gzip after wasm-opt")?.0.rsplit(' ').next()?.parse().ok()
}

/// What is shown, with this clone in place of what is published.
fn manifest(shown: &str, root: &Path) -> Result<String> {
    let ours = shown.lines().find(|line| line.starts_with("neo4j-wasm = ")).context("it depends on neo4j-wasm")?;
    let here = format!("neo4j-wasm = {{ path = {root:?} }}\nwasm-bindgen = \"0.2\"\nwasm-bindgen-futures = \"0.4\"");
    Ok(format!(
        "[workspace]\n[package]\nname = \"bare\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [lib]\ncrate-type = [\"cdylib\"]\n{}",
        shown.replace(ours, &here)
    ))
}

fn weigh(repo: &Repo, manifest: &str) -> Result<u64> {
    // Always the same: cargo keeps what it makes by a crate's folder.
    let _lock = Lock::take(&repo.target, "docs-bare")?;
    let folder = repo.target.join("docs-bare");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(repo.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    fs::copy(repo.root.join(PROGRAM), folder.join("src/lib.rs"))?;
    let rust = rust::ensure(repo)?.for_applications();
    process::run_quiet(rust.cargo("build").current_dir(&folder).args(["--quiet", "--offline", "--release"]))?;
    let built = rust.target.join(rust::TARGET).join("release/bare.wasm");
    package::bind(&built, &folder.join("bound"), "bare")?;
    let (node, bound) = (node::ensure(repo)?, folder.join("bound/bare_bg.wasm"));
    package::optimise(&node, &node::ensure_tools(repo)?, &bound, Names::Drop)?;
    let script = "const { gzipSync } = require('node:zlib'); const { readFileSync } = require('node:fs'); \
                  console.log(gzipSync(readFileSync(process.argv[1]), { level: 9 }).length)";
    let said = process::output(Command::new(node).args(["-e", script]).arg(&bound))?;
    let Ok(bytes) = said.trim().parse() else { bail!("node gave no size: {said}") };
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figure_is_found() {
        assert_eq!(stated("A page is 12 kB gzip after wasm-opt. 5 kB gzip after wasm-opt"), Some(12));
        assert_eq!(stated("A page is small"), None);
    }

    #[test]
    fn the_manifest_is_the_one_that_is_shown() {
        let shown = "[dependencies]\nneo4j-wasm = \"0.1\"\n\n[profile.release]\nlto = true\n";
        let ours = manifest(shown, Path::new("/clone")).unwrap();
        assert!(ours.contains("neo4j-wasm = { path = \"/clone\" }\n") && ours.ends_with("lto = true\n"), "{ours}");
        assert!(manifest("[profile.release]\n", Path::new("/clone")).is_err());
    }
}
