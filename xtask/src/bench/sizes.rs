//! What a page loads: every file that an entry imports, compressed one by one as a server sends them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::measures::Measures;
use super::{OFFICIAL, OFFICIAL_LITE, modules};
use crate::process;
use crate::repo::Repo;
use crate::setup::node;

pub(super) fn measure(repo: &Repo, package: &Path, measures: &mut Measures) -> Result<()> {
    let modules = modules(repo)?;
    let entries = [
        ("official", modules.join(OFFICIAL)),
        ("official-lite", modules.join(OFFICIAL_LITE)),
        ("ours", package.join("index.js")),
        ("ours-slim", package.join("slim.js")),
    ];
    for (driver, entry) in entries {
        let about =
            json!({ "runtime": "any", "endpoint": "none", "what": "size", "workload": "bytes", "driver": driver });
        let mut line = about;
        if entry.exists() {
            line["unit"] = json!("kB gzip");
            line["samples"] = json!([gzipped(repo, &entry)? as f64 / 1_000.0]);
        } else {
            line["missing"] = json!("this build has no such entry");
        }
        measures.add(&line)?;
    }
    Ok(())
}

/// By xtask/tools/size.mjs, whose rows end in the bytes raw, gzipped and by brotli.
fn gzipped(repo: &Repo, entry: &PathBuf) -> Result<u64> {
    let list = Value::from(vec![json!(["entry", [entry], true])]);
    let mut node = Command::new(node::ensure(repo)?);
    let said = process::output(node.arg(repo.root.join("xtask/tools/size.mjs")).arg(list.to_string()))?;
    let row = said.lines().last().unwrap_or_default();
    row.split_whitespace().rev().nth(1).and_then(|bytes| bytes.parse().ok()).context("size.mjs printed no size")
}
