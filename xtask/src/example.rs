//! `cargo xtask example`: the page of examples/leptos, built and served beside a real Neo4j.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::http::Site;
use crate::package::{self, Names};
use crate::process;
use crate::repo::{Lock, Repo, Scratch, swap_in};
use crate::server::{Options, Server, USER};
use crate::setup::java::{self, Release};
use crate::setup::{node, rust};
use crate::stamp::Stamp;

pub(crate) const FOLDER: &str = "examples/leptos";
const NAME: &str = "people";

pub(crate) fn run(repo: &Repo) -> Result<()> {
    let built = build(repo)?;
    let neo4j = java::ensure(repo, Release::named("5")?)?;
    println!("example: starting Neo4j {}", neo4j.release.version);
    let server = Server::start(repo, &neo4j, Options::default())?;
    let port = site(repo, built).serve(0)?;
    println!("\n  the example is at http://127.0.0.1:{port}/\n");
    println!("  Neo4j {}  {}  user {USER}  password {}", server.version, server.uri(), server.password);
    println!("  Ctrl-C ends both.");
    server.wait()
}

/// The page, with its program below `/pkg/`.
pub(crate) fn site(repo: &Repo, built: PathBuf) -> Site {
    Site::default().mount("/", repo.root.join(FOLDER).join("page")).mount("/pkg/", built)
}

/// As the npm package is built: cargo, wasm-bindgen as a library, wasm-opt. Returns the folder with the program.
pub(crate) fn build(repo: &Repo) -> Result<PathBuf> {
    let wasm_rust = rust::ensure(repo)?.for_applications();
    let (node, tools) = (node::ensure(repo)?, node::ensure_tools(repo)?);
    println!("example: cargo build (the first time it compiles Leptos, which takes minutes)");
    let mut cargo = wasm_rust.cargo("build");
    cargo.current_dir(&repo.root).args(["--quiet", "--release", "--manifest-path"]);
    process::run(cargo.arg(format!("{FOLDER}/Cargo.toml")))?;
    let wasm = wasm_rust.target.join(rust::TARGET).join("release").join(NAME).with_extension("wasm");

    let _lock = Lock::take(&repo.target, NAME)?;
    let built = repo.target.join(FOLDER);
    let mut stamp = Stamp::new();
    stamp.add(&fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?);
    let stamp_file = built.with_extension("stamp");
    if built.is_dir() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp.hex()) {
        return Ok(built);
    }
    let scratch = Scratch::new(&repo.target.join("run"), NAME)?;
    package::bind(&wasm, scratch.path(), NAME)?;
    package::optimise(&node, &tools, &scratch.path().join(format!("{NAME}_bg.wasm")), Names::Drop)?;
    fs::create_dir_all(built.parent().context("the target folder has no parent")?)?;
    swap_in(scratch.path(), &built)?;
    fs::write(stamp_file, stamp.hex())?;
    Ok(built)
}
