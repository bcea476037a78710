//! Browsers: those of the machine, or Debian's.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::apt;
use crate::process;

/// A Chromium of the machine; `CHROMIUM` names another.
pub(crate) fn chromium() -> Result<PathBuf> {
    program("Chromium", "CHROMIUM", &["chromium", "chromium-browser", "google-chrome"], "chromium")
}

/// A Firefox of the machine; `FIREFOX` names another.
pub(crate) fn firefox() -> Result<PathBuf> {
    program("Firefox", "FIREFOX", &["firefox-esr", "firefox"], "firefox-esr")
}

/// What tells a browser's profile whom to trust.
pub(crate) fn certutil() -> Result<PathBuf> {
    program("certutil", "CERTUTIL", &["certutil"], "libnss3-tools")
}

/// The one that a variable names, or the first that is there by one of its names, or what a package of Debian brings.
fn program(what: &str, variable: &str, names: &[&str], package: &str) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os(variable) {
        return Ok(named.into());
    }
    let find = || names.iter().copied().find_map(process::on_path);
    if let Some(found) = find() {
        return Ok(found);
    }
    apt::install(what, &[package])?;
    find().with_context(|| format!("{what} was installed but is not on the path"))
}
