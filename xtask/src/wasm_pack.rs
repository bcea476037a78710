//! The package by wasm-pack: its folder with the template laid over it. And wasm-pack itself, with the compiler,
//! wasm-bindgen and wasm-opt of this project in the place of those that it would download.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::glue::{self, Target};
use crate::package::{self, Mode};
use crate::process;
use crate::repo::{Repo, Scratch, swap_in};
use crate::runtimes::Runtime;
use crate::setup::{node, rust};
use crate::short_names;

/// The first that reads all that wasm-bindgen from 0.2.94 on writes.
const OLDEST: [u32; 3] = [0, 15, 1];

/// What `cargo xtask build --wasm-pack` is told.
#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    target: Target,
    mode: Mode,
    /// For cargo, as they stand after wasm-pack's own `--`.
    options: Vec<String>,
}

impl Request {
    pub(crate) fn of(target: Target) -> Self {
        Self { target, mode: Mode::Release, options: Vec::new() }
    }
}

pub(crate) fn parse(args: &[String]) -> Result<Request> {
    let mut request = Request::of(Target::Web);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--wasm-pack" => {}
            "--dev" => request.mode = Mode::Dev,
            "--target" => request.target = target(rest.next().context("--target wants a name")?)?,
            "--" => {
                request.options = rest.cloned().collect();
                break;
            }
            other => bail!("build --wasm-pack does not know {other}; what is for cargo comes after --"),
        }
    }
    Ok(request)
}

pub(crate) fn target(name: &str) -> Result<Target> {
    Target::ALL
        .into_iter()
        .find(|target| target.name() == name)
        .with_context(|| format!("no target {name}; there are: {}", Target::ALL.map(Target::name).join(", ")))
}

/// Returns the package's folder: `target/pkg-web`, or whatever the target is.
pub(crate) fn build(repo: &Repo, request: &Request) -> Result<PathBuf> {
    let Request { target, mode, options } = request;
    let scratch = Scratch::new(&repo.root.join("target"), "wasm-pack")?;
    let raw = scratch.path().join("raw");
    let (profile, folder) = if *mode == Mode::Dev { ("--dev", "dev") } else { ("--release", "release") };
    println!("build: wasm-pack, {folder}, for {}", target.name());
    let mut command = command(repo, scratch.path(), &node::ensure(repo)?)?;
    command.args(["build", profile, "--target", target.name(), "--no-typescript", "--out-name", "neo4j_wasm"]);
    command.arg("--out-dir").arg(&raw).args(["--", "--features", "js"]).args(options);
    process::run(&mut command)?;
    glue::into_function(&raw, *target)?;
    if *mode == Mode::Release {
        short_names::shorten(&raw.join("neo4j_wasm.js"), &raw.join("neo4j_wasm_bg.wasm"))?;
    }
    let whole = package::lay_over(repo, *mode, &raw, scratch.path())?;
    let place = repo.package().with_file_name(format!("pkg-{}", target.name()));
    let _lock = package::lock(repo)?;
    swap_in(&whole, &place)?;
    println!("build: target/pkg-{} is ready", target.name());
    Ok(place)
}

/// `cargo xtask wasm-pack …`: as typed, with what this project has of its tools; returns the exit code.
pub(crate) fn run(repo: &Repo, args: &[String]) -> Result<i32> {
    let scratch = Scratch::new(&repo.root.join("target"), "wasm-pack")?;
    // Tests in Node.js ask for one that has a WebSocket.
    let node = if args.iter().any(|arg| arg == "--node") { Runtime::NewestNode } else { Runtime::Node };
    let mut command = command(repo, scratch.path(), &node.ensure(repo)?)?;
    let status = command.args(args).status().context("cannot start wasm-pack")?;
    Ok(status.code().unwrap_or(1))
}

/// wasm-pack in the clone. It takes from the search path what it would download elsewhere, so our own stand there first.
fn command(repo: &Repo, scratch: &Path, node: &Path) -> Result<Command> {
    let program = ensure(repo)?;
    let wasm_rust = rust::ensure(repo)?;
    let tools = scratch.join("tools");
    fs::create_dir_all(&tools)?;
    let own = std::env::current_exe()?;
    script(&tools.join("wasm-bindgen"), &format!("exec {} wasm-bindgen \"$@\"", own.display()))?;
    // Without a word of whom they are for, tests are for Node.js, and in a browser all of them would be skipped.
    let choice = "[ -z \"$WASM_BINDGEN_TEST_ONLY_WEB\" ] || export WASM_BINDGEN_USE_BROWSER=1";
    // Its own limit for all tests together is 20 seconds.
    let limit = "export WASM_BINDGEN_TEST_TIMEOUT=${WASM_BINDGEN_TEST_TIMEOUT:-300}";
    let runner = format!("{choice}\n{limit}\nexec {} test-runner \"$@\"", own.display());
    script(&tools.join("wasm-bindgen-test-runner"), &runner)?;
    let wasm_opt = node::ensure_tools(repo)?.join("binaryen/bin/wasm-opt");
    script(&tools.join("wasm-opt"), &format!("exec {} {} \"$@\"", node.display(), wasm_opt.display()))?;

    let mut command = Command::new(program);
    wasm_rust.lend_to(&mut command);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let first = std::iter::once(tools).chain(node.parent().map(Path::to_owned));
    let path: OsString = std::env::join_paths(first.chain(std::env::split_paths(&path)))?;
    command.current_dir(&repo.root).env("PATH", path).env("CARGO_TARGET_DIR", &wasm_rust.target);
    Ok(command)
}

fn script(path: &Path, body: &str) -> Result<()> {
    fs::write(path, format!("#!/bin/sh\n{body}\n"))?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

/// It is asked for here alone: neither the demo nor the tests need it.
fn ensure(repo: &Repo) -> Result<PathBuf> {
    let install = format!("`cargo install wasm-pack` brings it (at least {})", dotted(OLDEST));
    let program = process::on_path("wasm-pack").with_context(|| format!("no wasm-pack on the PATH: {install}"))?;
    let said = process::output(Command::new(&program).arg("--version"))?;
    let lock = fs::read_to_string(repo.root.join("Cargo.lock"))?;
    check_version(&said, locked(&lock, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?)?;
    Ok(program)
}

fn check_version(said: &str, wasm_bindgen: &str) -> Result<()> {
    let said = said.trim();
    let version = said.strip_prefix("wasm-pack ").and_then(numbers);
    if version.is_some_and(|version| version >= OLDEST) {
        return Ok(());
    }
    let oldest = dotted(OLDEST);
    bail!(
        "{said} is too old for wasm-bindgen {wasm_bindgen}: install wasm-pack {oldest} or newer \
         (`cargo install wasm-pack --force`)"
    );
}

fn numbers(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.split(['.', '-', '+']).map_while(|part| part.parse().ok());
    Some([parts.next()?, parts.next()?, parts.next()?])
}

fn dotted(version: [u32; 3]) -> String {
    version.map(|part| part.to_string()).join(".")
}

/// The version of a package in the lock file.
fn locked<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Request> {
        parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn arguments() {
        assert_eq!(parsed(&["--wasm-pack"]).unwrap(), Request::of(Target::Web));
        let request =
            parsed(&["--wasm-pack", "--dev", "--target", "deno", "--", "--features", "more", "--dev"]).unwrap();
        let options = vec!["--features".to_owned(), "more".to_owned(), "--dev".to_owned()];
        assert_eq!(request, Request { target: Target::Deno, mode: Mode::Dev, options });
        assert!(parsed(&["--wasm-pack", "--target", "no-modules"]).unwrap_err().to_string().contains("bundler"));
        assert!(parsed(&["--wasm-pack", "--features", "js"]).unwrap_err().to_string().contains("after --"));
    }

    #[test]
    fn an_old_wasm_pack_is_named_with_the_one_to_install() {
        assert!(check_version("wasm-pack 0.15.1\n", "0.2.130").is_ok());
        assert!(check_version("wasm-pack 1.0.0-rc.1", "0.2.130").is_ok());
        for old in ["wasm-pack 0.13.1\n", "wasm-pack 0.9.10", "wasm-pack"] {
            let error = check_version(old, "0.2.130").unwrap_err().to_string();
            for part in [old.trim(), "wasm-bindgen 0.2.130", "install wasm-pack 0.15.1 or newer"] {
                assert!(error.contains(part), "{error}");
            }
        }
    }

    #[test]
    fn versions_come_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-cli\"\nversion = \"0.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked(lock, "wasm"), None);
    }
}
