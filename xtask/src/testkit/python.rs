//! The Python that the suite runs in: a virtual environment in the cache, with the packages that its stub tests import.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::repo::{Lock, Repo, Scratch, swap_in};
use crate::setup::apt;

/// Of the suite's requirements.txt; the others there are for its own development.
const PACKAGES: [&str; 3] = ["ifaddr~=0.1.7", "lark~=1.0.0", "pytz"];

/// The interpreter.
pub(super) fn ensure(repo: &Repo) -> Result<PathBuf> {
    let place = repo.cache.join("testkit-python");
    let python = place.join("bin/python");
    if python.exists() {
        return Ok(python);
    }
    let _lock = Lock::take(&repo.cache, "testkit-python")?;
    if python.exists() {
        return Ok(python);
    }
    // Debian has Python without what makes environments.
    if process::run_quiet(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_err() {
        apt::install("Python with venv", &["python3-venv"])?;
    }
    println!("setup: Python packages for TestKit");
    let scratch = Scratch::new(&repo.cache, "testkit-python")?;
    process::run_quiet(Command::new("python3").args(["-m", "venv"]).arg(scratch.path()))?;
    // As a module: the scripts in the environment name the folder it was made in.
    let mut pip = Command::new(scratch.path().join("bin/python"));
    let pip = pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES);
    process::run_quiet(pip).context("cannot install TestKit's Python packages")?;
    swap_in(scratch.path(), &place)?;
    Ok(python)
}
