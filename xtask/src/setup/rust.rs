//! A compiler with the standard library for wasm32-unknown-unknown.
//!
//! Most machines have it or get it by `rustup target add`. Where only package registries can be reached, Debian's
//! `rustc-web` brings a compiler and the library's sources, and the library is built once and kept in the cache, as a
//! toolchain folder of our own. Compiler and sources must be of one version, so rustup's compiler is of no use there.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::process;
use crate::repo::{Lock, Repo, Scratch, swap_in};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "rust-web-src", "rust-web-clippy", "lld"];

/// The standard library made anew for what a user downloads: a panic stops at once, and neither its text nor the code that
/// would print it is carried along; small code rather than fast. Smaller by an eighth.
const SMALL_STD: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
const SMALL_FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none -Ctarget-feature=-reference-types";

/// How to run cargo for the wasm target.
pub(crate) struct WasmRust {
    /// The toolchain folder of our own; `None` where the user's compiler has the target.
    toolchain: Option<PathBuf>,
    /// One target folder per compiler: they would throw each other's work away.
    pub(crate) target: PathBuf,
}

impl WasmRust {
    /// `cargo` with a subcommand, for the wasm target.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new("cargo");
        self.lend_to(&mut command);
        command.arg(subcommand).args(["--target", TARGET]).arg("--target-dir").arg(&self.target);
        command
    }

    /// For applications that depend on the crate. Cargo makes the crate's own `.wasm` for them too, without their features
    /// and under the one name it has: it would take the place of the package's.
    pub(crate) fn for_applications(self) -> Self {
        let target = self.target.with_file_name("wasm-applications");
        Self { target, ..self }
    }

    /// Has a command, and whatever it starts, use this compiler.
    pub(crate) fn lend_to(&self, command: &mut Command) {
        let Some(dir) = &self.toolchain else { return };
        command.env("RUSTUP_TOOLCHAIN", dir);
        // For a cargo that rustup does not manage; `cargo run` also leaves the other compiler's libraries here.
        command.env("RUSTC", dir.join("bin/rustc")).env("RUSTDOC", dir.join("bin/rustdoc"));
        command.env("SYSROOT", dir).env_remove("LD_LIBRARY_PATH").env_remove("CARGO");
    }

    /// The same for the build that users download, and where what it makes is. Without the standard library's sources the
    /// library is taken as it comes.
    pub(crate) fn cargo_for_release(&self, subcommand: &str) -> (Command, PathBuf) {
        if !self.has_sources() {
            println!(
                "build: no sources of the standard library (`rustup component add rust-src`): the wasm gets larger"
            );
            return (self.cargo(subcommand), self.target.clone());
        }
        let target = self.target.with_file_name("wasm-small");
        let mut command = Self { toolchain: self.toolchain.clone(), target: target.clone() }.cargo(subcommand);
        command.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", SMALL_FLAGS).args(SMALL_STD);
        (command, target)
    }

    fn has_sources(&self) -> bool {
        let sysroot = process::output(self.rustc().args(["--print", "sysroot"])).unwrap_or_default();
        Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/std/Cargo.toml").exists()
    }

    fn rustc(&self) -> Command {
        Command::new(self.toolchain.as_ref().map_or_else(|| "rustc".into(), |dir| dir.join("bin/rustc")))
    }

    /// Names the compiler and what it makes the standard library of, for stamps.
    pub(crate) fn identity(&self) -> Result<String> {
        let version = process::output(self.rustc().arg("-vV"))?;
        Ok(if self.has_sources() { format!("{version}{SMALL_FLAGS} {}", SMALL_STD.join(" ")) } else { version })
    }
}

/// Finds such a compiler, or makes one.
pub(crate) fn ensure(repo: &Repo) -> Result<WasmRust> {
    let target = repo.target.join("wasm");
    if has_target(Path::new("rustc")) {
        let rust = WasmRust { toolchain: None, target };
        add_sources(repo, &rust)?;
        return Ok(rust);
    }
    // Our own comes before rustup: where it exists, rustup was asked once and could not, and asking costs a minute.
    if let Some(dir) = cached(repo) {
        return Ok(WasmRust { toolchain: Some(dir), target });
    }
    let _lock = Lock::take(&repo.cache, "wasm-rust")?;
    if let Some(dir) = cached(repo) {
        return Ok(WasmRust { toolchain: Some(dir), target });
    }
    if rustup("target", TARGET)? && has_target(Path::new("rustc")) {
        let rust = WasmRust { toolchain: None, target };
        add_sources(repo, &rust)?;
        return Ok(rust);
    }
    if debian_release().is_none() {
        apt::install(
            "a Rust compiler for wasm32 (`rustup target add wasm32-unknown-unknown` failed)",
            &DEBIAN_PACKAGES,
        )?;
    }
    let dir = build_toolchain(repo)?;
    Ok(WasmRust { toolchain: Some(dir), target })
}

/// The crates that the lock file of a workspace names, as far as its build for wasm needs them: it can be compiled without
/// a network from then on.
pub(crate) fn ensure_crates(workspace: &Path) -> Result<()> {
    let fetch = |more: &[&str]| {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(workspace).args(["fetch", "--quiet", "--target", TARGET]).args(more);
        process::run_quiet(&mut cargo)
    };
    fetch(&["--offline"]).or_else(|_| fetch(&[]))
}

fn has_target(rustc: &Path) -> bool {
    let answer = process::output(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]));
    answer.is_ok_and(|dir| Path::new(dir.trim()).is_dir())
}

/// Without them all works, and the package is larger: asked for once, not with every command.
fn add_sources(repo: &Repo, rust: &WasmRust) -> Result<()> {
    let asked = repo.cache.join("rust-src-asked");
    if !rust.has_sources() && !asked.exists() {
        fs::write(asked, "")?;
        rustup("component", "rust-src")?;
    }
    Ok(())
}

/// Whether rustup has added it, within a minute.
fn rustup(kind: &str, name: &str) -> Result<bool> {
    if process::on_path("rustup").is_none() {
        return Ok(false);
    }
    println!("setup: rustup {kind} add {name}");
    process::succeeds_within(Command::new("rustup").args([kind, "add", name]), Duration::from_secs(60))
}

/// The version of Debian's compiler, when its library sources are there too.
fn debian_release() -> Option<String> {
    let sources = Path::new("/usr/lib/rustlib/src/rust/library/std/Cargo.toml").exists();
    if !sources || process::on_path("wasm-ld").is_none() {
        return None;
    }
    let said = process::output(Command::new(DEBIAN_RUSTC).env_remove("LD_LIBRARY_PATH").arg("-vV")).ok()?;
    said.lines().find_map(|line| line.strip_prefix("release: ")).map(str::to_owned)
}

/// The toolchain folder of our own, as long as Debian's compiler is still the one it was made with.
fn cached(repo: &Repo) -> Option<PathBuf> {
    let dir = repo.cache.join(folder_name(&debian_release()?));
    dir.join("lib/rustlib").join(TARGET).join("lib").is_dir().then_some(dir)
}

/// The number is that of our way to make it: a cache may hold what an earlier way made.
fn folder_name(release: &str) -> String {
    format!("rust-{release}-wasm2")
}

fn build_toolchain(repo: &Repo) -> Result<PathBuf> {
    let release = debian_release().context("Debian's rustc-web, rust-web-src and lld are not all there")?;
    println!("setup: building the standard library for {TARGET} with Debian's rustc {release} (about a minute)");
    let scratch = Scratch::new(&repo.cache, "std")?;
    let crate_dir = scratch.path().join("empty");
    fs::create_dir_all(crate_dir.join("src"))?;
    fs::write(crate_dir.join("src/lib.rs"), "")?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n";
    fs::write(crate_dir.join("Cargo.toml"), manifest)?;
    // `test` and `proc_macro` are what `cargo test` for this target asks for.
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&crate_dir).env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    cargo.env_remove("LD_LIBRARY_PATH").env_remove("CARGO_TARGET_DIR");
    // As the distributed libraries have it: without, link-time optimisation has nothing to work on and fails.
    cargo.env("RUSTFLAGS", "-Cembed-bitcode=yes");
    cargo.args(["build", "--quiet", "--release", "--target", TARGET]);
    process::run_quiet(cargo.arg("-Zbuild-std=std,panic_abort,proc_macro,test"))?;

    let place = repo.cache.join(folder_name(&release));
    let dir = scratch.path().join("toolchain");
    lay_out(&dir, &place, &crate_dir.join("target").join(TARGET).join("release/deps"))?;
    swap_in(&dir, &place)?;
    if !has_target(&place.join("bin/rustc")) {
        bail!("the toolchain made in {} does not work", place.display());
    }
    Ok(place)
}

/// Writes the toolchain into `dir`, with the paths it will have in `place`.
fn lay_out(dir: &Path, place: &Path, built: &Path) -> Result<()> {
    let rustlib = dir.join("lib/rustlib");
    let libraries = rustlib.join(TARGET).join("lib");
    fs::create_dir_all(&libraries)?;
    for entry in fs::read_dir(built)? {
        let file = entry?.path();
        if file.extension().is_some_and(|ext| ext == "rlib") {
            fs::copy(&file, libraries.join(file.file_name().context("a library without a name")?))?;
        }
    }
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let host_dir = rustlib.join(&host);
    fs::create_dir_all(host_dir.join("bin"))?;
    symlink(format!("/usr/lib/rustlib/{host}/lib"), host_dir.join("lib"))?;
    symlink("/usr/lib/rustlib/src", rustlib.join("src"))?;
    symlink(process::on_path("wasm-ld").context("wasm-ld is missing")?, host_dir.join("bin/rust-lld"))?;

    let bin = dir.join("bin");
    fs::create_dir_all(&bin)?;
    let sysroot = place.display();
    for tool in ["rustc", "rustdoc"] {
        script(&bin.join(tool), &format!("exec /usr/bin/{tool} --sysroot {sysroot} \"$@\""))?;
    }
    script(&bin.join("cargo-clippy"), &format!("SYSROOT={sysroot} exec /usr/bin/cargo-clippy \"$@\""))?;
    symlink(real_cargo()?, bin.join("cargo"))?;
    Ok(())
}

/// Not rustup's stand-in, which would look for a toolchain again.
fn real_cargo() -> Result<PathBuf> {
    if let Ok(path) = process::output(Command::new("rustup").args(["which", "cargo"])) {
        return Ok(path.trim().into());
    }
    process::on_path("cargo").context("cargo is not on the path")
}

fn script(path: &Path, body: &str) -> Result<()> {
    fs::write(path, format!("#!/bin/sh\n{body}\n"))?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}
