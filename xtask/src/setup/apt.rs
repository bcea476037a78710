//! Debian's packages: installed where this process may, else the command that does it.

use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::sync::Once;

use anyhow::{Result, bail};

use crate::process;

/// Installs packages. `what` says in an error what could not be had.
pub(crate) fn install(what: &str, packages: &[&str]) -> Result<()> {
    let by_hand = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if process::on_path("apt-get").is_none() {
        bail!("{what} is missing, and this is no Debian: install it by hand (on Debian: sudo {by_hand})");
    }
    let Some(sudo) = privilege() else {
        bail!("{what} is missing. Run this once: sudo apt-get update && sudo {by_hand}");
    };
    // Lists can be old or absent on a new machine; once per run is enough.
    static UPDATE: Once = Once::new();
    UPDATE.call_once(|| {
        println!("setup: apt-get update");
        // Not fatal: the lists there are may do.
        let _ = process::run_quiet(apt(sudo).arg("update"));
    });
    println!("setup: {by_hand}");
    process::run_quiet(apt(sudo).args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

/// How this process becomes root: not at all needed (empty), by `sudo` without a password, or it cannot.
fn privilege() -> Option<&'static [&'static str]> {
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if root {
        return Some(&[]);
    }
    let sudo = Command::new("sudo").args(["-n", "true"]).output().is_ok_and(|out| out.status.success());
    sudo.then_some(&["sudo", "-n"])
}

fn apt(sudo: &[&str]) -> Command {
    let words: Vec<&str> = sudo.iter().copied().chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}
