//! nginx, to hold what the documentation says of it to the program. Never installed: Debian's package would start a server.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::repo::{Lock, Repo, Scratch, swap_in};

/// The machine's own, or the program out of Debian's package, unpacked into the cache.
pub(crate) fn ensure(repo: &Repo) -> Result<PathBuf> {
    let of_machine = [process::on_path("nginx"), Some(PathBuf::from("/usr/sbin/nginx"))];
    if let Some(found) = of_machine.into_iter().flatten().find(|file| process::is_program(file)) {
        return Ok(found);
    }
    let program = repo.cache.join("nginx/usr/sbin/nginx");
    if program.exists() {
        return Ok(program);
    }
    if process::on_path("apt-get").is_none() {
        bail!("nginx is missing, and this is no Debian");
    }
    let _lock = Lock::take(&repo.cache, "nginx")?;
    println!("setup: nginx, unpacked from Debian's package");
    let scratch = Scratch::new(&repo.cache, "nginx")?;
    process::run_quiet(Command::new("apt-get").args(["download", "nginx"]).current_dir(scratch.path()))?;
    let mut files = fs::read_dir(scratch.path())?.flatten().map(|entry| entry.path());
    let package = files.find(|file| file.extension().is_some_and(|end| end == "deb")).context("apt-get download")?;
    process::run_quiet(Command::new("dpkg-deb").arg("-x").arg(package).arg(scratch.path().join("nginx")))?;
    swap_in(&scratch.path().join("nginx"), &repo.cache.join("nginx"))?;
    // A machine may lack its libraries.
    process::run_quiet(Command::new(&program).arg("-v")).context("Debian's nginx does not run here")?;
    Ok(program)
}
