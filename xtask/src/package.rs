//! `cargo xtask build`: crate, glue and template become the npm package in `target/pkg`; beside it, in `target/pkg-compat`,
//! stands the small one that takes the place of `neo4j-driver`.
//!
//! Seven steps: cargo, wasm-bindgen, short names, wasm-opt, the template, the bundling, the inlined copy. The folder is put
//! together beside its place and moved there when it is whole.

pub(crate) mod compat;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::container;
use crate::glue;
use crate::process;
use crate::repo::{Lock, Repo, Scratch, copy_folder, swap_in};
use crate::setup::{node, rust};
use crate::short_names;
use crate::stamp::{Stamp, files_below};

/// Everything whose change means another package.
const INPUTS: [&str; 16] = [
    "Cargo.toml",
    "Cargo.lock",
    "src",
    "pkg-template",
    "README.md",
    "docs",
    "LICENSE",
    "CHANGELOG.md",
    "xtask/pkg-compat",
    "xtask/src/package.rs",
    "xtask/src/package",
    "xtask/src/glue.rs",
    "xtask/src/container",
    "xtask/src/short_names.rs",
    "xtask/tools/bundle.mjs",
    "xtask/tools/package-lock.json",
];

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Release,
    /// Unoptimised: quicker to build, several times larger.
    Dev,
}

/// Whether functions keep their names: needed to read a stack trace or to weigh modules, but they are bytes that users download.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Names {
    Keep,
    Drop,
}

/// Builds what is not built yet; returns the package's folder.
pub(crate) fn build(repo: &Repo, mode: Mode) -> Result<PathBuf> {
    let wasm_rust = rust::ensure(repo)?;
    let node = node::ensure(repo)?;
    let tools = node::ensure_tools(repo)?;
    let package = repo.package();
    let _lock = lock(repo)?;

    let stamp = stamp(repo, mode, &wasm_rust)?;
    let stamp_file = package.with_extension("stamp");
    if package.join("package.json").exists() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        return Ok(package);
    }
    let scratch = Scratch::new(&repo.root.join("target"), "pkg-build")?;
    let built = compile(&wasm_rust, repo, mode)?;
    let glue = scratch.path().join("glue");
    bind(&built, &glue, "neo4j_wasm")?;
    glue::into_function(&glue, glue::Target::Web)?;
    if mode == Mode::Release {
        short_names::shorten(&glue.join("neo4j_wasm.js"), &glue.join("neo4j_wasm_bg.wasm"))?;
        optimise(&node, &tools, &glue.join("neo4j_wasm_bg.wasm"), Names::Drop)?;
    }
    let whole = lay_over(repo, mode, &glue, scratch.path())?;
    let _ = fs::remove_file(&stamp_file);
    swap_in(&whole, &package)?;
    compat::lay_beside(repo, scratch.path())?;
    fs::write(&stamp_file, stamp)?;
    println!("build: target/pkg and target/pkg-compat are ready");
    Ok(package)
}

/// The template laid over glue and wasm: the whole package, in a folder of `scratch`.
pub(crate) fn lay_over(repo: &Repo, mode: Mode, glue: &Path, scratch: &Path) -> Result<PathBuf> {
    let whole = scratch.join("pkg");
    assemble(repo, glue, &whole)?;
    compat::declare_for_require(&whole)?;
    bundle(repo, mode, &whole)?;
    inline(&node::ensure(repo)?, &node::ensure_tools(repo)?, &whole)?;
    Ok(whole)
}

/// Whoever holds it may replace `target/pkg`, or count on it to stay.
pub(crate) fn lock(repo: &Repo) -> Result<Lock> {
    Lock::take(&repo.root.join("target"), "pkg")
}

fn stamp(repo: &Repo, mode: Mode, wasm_rust: &rust::WasmRust) -> Result<String> {
    let mut stamp = Stamp::new();
    for input in INPUTS {
        stamp.add_path(&repo.root, input)?;
    }
    stamp.add(wasm_rust.identity()?.as_bytes());
    // By which cargo is told of another optimisation than Cargo.toml has.
    for (name, value) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_PROFILE_")) {
        stamp.add(format!("{name}={value}").as_bytes());
    }
    stamp.add(&[u8::from(mode == Mode::Dev)]);
    Ok(stamp.hex())
}

/// Returns the wasm as the compiler leaves it, names and all.
pub(crate) fn compile(wasm_rust: &rust::WasmRust, repo: &Repo, mode: Mode) -> Result<PathBuf> {
    println!("build: cargo build for {}", rust::TARGET);
    let (mut cargo, target, folder) = match mode {
        Mode::Release => {
            let (mut cargo, target) = wasm_rust.cargo_for_release("rustc");
            cargo.arg("--release");
            (cargo, target, "release")
        }
        Mode::Dev => (wasm_rust.cargo("rustc"), wasm_rust.target.clone(), "debug"),
    };
    // As a cdylib alone: cargo leaves link-time optimisation out, without a word, for a crate that is an rlib too.
    cargo.current_dir(&repo.root).args(["--quiet", "--package", "neo4j-wasm", "--lib", "--crate-type", "cdylib"]);
    process::run(cargo.args(["--features", "js"]))?;
    Ok(target.join(rust::TARGET).join(folder).join("neo4j_wasm.wasm"))
}

/// wasm-bindgen as a library: the version is our lock file's, and so the crate's.
pub(crate) fn bind(wasm: &Path, out: &Path, name: &str) -> Result<()> {
    println!("build: wasm-bindgen");
    let (wasm, out) = (wasm.to_string_lossy(), out.to_string_lossy());
    let mut args = vec!["wasm-bindgen", &wasm, "--out-dir", &out, "--out-name", name, "--no-typescript"];
    // Without the default path nothing in the glue asks a bundler for the `.wasm`: each entry says itself where it is.
    args.extend(["--target", "web", "--omit-default-module-path"]);
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args)
}

/// In place. The wasm still says which features it uses, and so wasm-opt needs no list of them. That the first KiB of memory
/// is not used is true: the linker puts the stack first, and it grows down, towards an end where it would overflow next.
pub(crate) fn optimise(node: &Path, tools: &Path, wasm: &Path, names: Names) -> Result<()> {
    println!("build: wasm-opt");
    let mut command = Command::new(node);
    command.arg(tools.join("binaryen/bin/wasm-opt")).arg("--low-memory-unused");
    // Large functions are left where they are, though only one other calls them: code on its own compresses better. So
    // does control flow that is rebuilt from scratch.
    command.args(["--one-caller-inline-max-function-size=50", "-Os", "--flatten", "--rereloop", "-Os", "-Os"]);
    match names {
        Names::Keep => command.arg("--debuginfo"),
        // What is much alike has much the same name; beside each other it compresses best.
        Names::Drop => command.args(["--reorder-functions-by-name", "--strip-debug", "--strip-producers"]),
    };
    process::run_quiet(command.arg(wasm).arg("-o").arg(wasm))
}

/// The folders of the template in which its modules stand by what they are about. In the package nothing is left of them.
const ROOMS: [&str; 5] = ["entries", "driver", "values", "wire", "sockets"];

/// The template as it is published: what stands in rooms is beside each other.
pub(crate) fn template(repo: &Repo, to: &Path) -> Result<()> {
    copy_folder(&repo.root.join("pkg-template"), to)?;
    for file in files_below(to)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.ends_with(".js") && !name.ends_with(".d.ts") {
            continue;
        }
        let is_in_room = file.parent().is_some_and(|folder| ROOMS.iter().any(|room| *folder == to.join(room)));
        let text = without_rooms(&fs::read_to_string(&file)?, is_in_room);
        fs::remove_file(&file)?;
        let place = if is_in_room { to.join(&name) } else { file };
        if place.exists() {
            bail!("two modules of pkg-template are called {name}: in the package they stand in one folder");
        }
        fs::write(place, text)?;
    }
    ROOMS.iter().try_for_each(|room| Ok(fs::remove_dir(to.join(room))?))
}

/// A module whose imports find the others where no rooms are.
fn without_rooms(text: &str, is_in_room: bool) -> String {
    let beside = if is_in_room { "\"./" } else { "\"../" };
    let text = ROOMS.iter().fold(text.to_owned(), |text, room| text.replace(&format!("\"../{room}/"), beside));
    if is_in_room { text.replace("\"../compat/", "\"./compat/") } else { text }
}

fn assemble(repo: &Repo, glue: &Path, whole: &Path) -> Result<()> {
    template(repo, whole)?;
    let manifest = fs::read_to_string(whole.join("package.json"))?;
    fs::write(whole.join("package.json"), with_version(&manifest, &repo.crate_version()?)?)?;

    fs::copy(glue.join("neo4j_wasm.js"), whole.join("wasm-glue.js"))?;
    fs::copy(glue.join("neo4j_wasm_bg.wasm"), whole.join("neo4j_wasm_bg.wasm"))?;
    copy_folder(&repo.root.join("docs"), &whole.join("docs"))?;
    for file in ["README.md", "LICENSE", "CHANGELOG.md"] {
        let from = repo.root.join(file);
        fs::copy(&from, whole.join(file)).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(())
}

/// The template's modules and the glue become few files; without comments, spaces and most names if they are for users.
fn bundle(repo: &Repo, mode: Mode, whole: &Path) -> Result<()> {
    println!("build: Rollup, terser");
    let modules = whole.with_file_name("modules");
    fs::create_dir(&modules)?;
    for file in files_below(whole)?.iter().filter(|file| file.extension().is_some_and(|end| end == "js")) {
        let module = modules.join(file.strip_prefix(whole)?);
        fs::create_dir_all(module.parent().unwrap_or(&modules))?;
        fs::rename(file, module)?;
    }
    let tools = node::ensure_tools(repo)?;
    let task = json!({ "from": modules, "to": whole, "minify": mode == Mode::Release, "modules": tools });
    let mut command = Command::new(node::ensure(repo)?);
    process::run_quiet(command.arg(repo.root.join("xtask/tools/bundle.mjs")).arg(task.to_string()))
}

/// The wasm as a module: in its container.
fn inline(node: &Path, tools: &Path, whole: &Path) -> Result<()> {
    let scratch = whole.with_file_name("unpack");
    fs::create_dir(&scratch)?;
    let (text, boot) = (scratch.join("unpack.wat"), scratch.join("unpack.wasm"));
    fs::write(&text, container::UNPACK)?;
    let mut command = Command::new(node);
    command.arg(tools.join("binaryen/bin/wasm-opt")).args(["--enable-bulk-memory", "-Os"]);
    process::run_quiet(command.arg(text).arg("-o").arg(&boot))?;
    let module = fs::read(whole.join("neo4j_wasm_bg.wasm"))?;
    fs::write(whole.join("wasm-inline.js"), container::script(&module, &fs::read(boot)?))?;
    Ok(())
}

/// The template carries a placeholder, so that the version stands in one place: Cargo.toml.
fn with_version(manifest: &str, version: &str) -> Result<String> {
    const PLACEHOLDER: &str = "\"version\": \"0.0.0\"";
    if manifest.matches(PLACEHOLDER).count() != 1 {
        bail!("a package.json must say {PLACEHOLDER}, once: the build puts the crate's version there");
    }
    Ok(manifest.replace(PLACEHOLDER, &format!("\"version\": \"{version}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_replaces_the_placeholder() {
        let made = with_version("{\"name\": \"a\", \"version\": \"0.0.0\"}", "1.2.3").unwrap();
        assert_eq!(made, "{\"name\": \"a\", \"version\": \"1.2.3\"}");
        assert!(with_version("{\"version\": \"0.1.0\"}", "1.2.3").is_err());
    }
}
