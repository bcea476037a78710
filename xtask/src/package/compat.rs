//! What programs of `neo4j-driver` need beside modules: declarations for `require`, and the small package that takes the
//! place of that one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::with_version;
use crate::repo::{Repo, copy_folder, swap_in};

/// Where the package is put.
pub(crate) fn folder(repo: &Repo) -> PathBuf {
    repo.package().with_file_name("pkg-compat")
}

/// `neo4j-wasm-compat`, of the version that it is made beside.
pub(super) fn lay_beside(repo: &Repo, scratch: &Path) -> Result<()> {
    let whole = scratch.join("pkg-compat");
    copy_folder(&repo.root.join("xtask/pkg-compat"), &whole)?;
    fs::copy(repo.root.join("LICENSE"), whole.join("LICENSE")).context("cannot copy the licence")?;
    let manifest = fs::read_to_string(whole.join("package.json"))?;
    let version = repo.crate_version()?;
    let manifest = with_version(&manifest, &version)?;
    let depends = |version: &str| format!("\"neo4j-wasm\": \"{version}\"");
    fs::write(whole.join("package.json"), manifest.replace(&depends("0.0.0"), &depends(&version)))?;
    swap_in(&whole, &folder(repo))
}

/// A compiler that sees `require` takes each `x.d.ts` for a module, which `require` would not get: `x.d.cts` says the same.
pub(super) fn declare_for_require(whole: &Path) -> Result<()> {
    for entry in fs::read_dir(whole.join("compat"))? {
        let path = entry?.path();
        if let Some(name) = path.to_string_lossy().strip_suffix(".d.ts") {
            fs::write(format!("{name}.d.cts"), for_require(&fs::read_to_string(&path)?))?;
        }
    }
    Ok(())
}

/// What stands beside it is named as `.cjs`; what is the package's own stays a module, and is taken as one.
fn for_require(text: &str) -> String {
    let beside = text.split("\"./").map(|part| match part.split_once(".js\"") {
        Some((name, rest)) if !name.contains(['"', '\n']) => format!("{name}.cjs\"{rest}"),
        _ => part.to_owned(),
    });
    let text = beside.collect::<Vec<_>>().join("\"./");
    let above =
        text.lines().map(|line| match line.split_once("from \"../").and_then(|(_, rest)| rest.strip_suffix(';')) {
            Some(_) => format!("{} with {{ \"resolution-mode\": \"import\" }};\n", line.trim_end_matches(';')),
            None => format!("{line}\n"),
        });
    above.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_for_require_name_each_other() {
        let text = "import type { A } from \"../index.js\";\nexport * from \"./a.js\";\ntype B = typeof import(\"./b.js\") | \"./c\";\n";
        let made = "import type { A } from \"../index.js\" with { \"resolution-mode\": \"import\" };\nexport * from \"./a.cjs\";\ntype B = typeof import(\"./b.cjs\") | \"./c\";\n";
        assert_eq!(for_require(text), made);
    }
}
