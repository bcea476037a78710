//! Browsers: those of the machine, or Debian's.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::apt;
use crate::process;

/// A Chromium of the machine; `CHROMIUM` names another.
pub(crate) fn chromium() -> Result<PathBuf> {
    browser("Chromium", "CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])
}

/// A Firefox of the machine; `FIREFOX` names another.
pub(crate) fn firefox() -> Result<PathBuf> {
    browser("Firefox", "FIREFOX", &["firefox-esr", "firefox"])
}

/// By the variable, or one of the names, the first of which is also that of Debian's package.
fn browser(what: &str, variable: &str, names: &[&str]) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os(variable) {
        return Ok(named.into());
    }
    let find = || names.iter().copied().find_map(process::on_path);
    if let Some(found) = find() {
        return Ok(found);
    }
    apt::install(what, &names[..1])?;
    find().with_context(|| format!("{what} was installed but is not on the path"))
}
