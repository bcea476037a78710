//! The TypeScript compiler, with the settings of a careful user.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::repo::Repo;
use crate::setup::node;

/// For the package's users as our tests play them, and for the template by itself.
pub(crate) fn strict_options() -> serde_json::Value {
    json!({
        "strict": true, "noEmit": true, "exactOptionalPropertyTypes": true, "noUncheckedIndexedAccess": true,
        "skipLibCheck": false, "target": "es2022", "lib": ["es2022", "esnext.disposable", "dom", "dom.iterable"],
        "module": "nodenext", "moduleResolution": "nodenext", "types": [],
    })
}

/// Compiles with the options of a file; returns its complaints, none when all is well.
pub(crate) fn compile(repo: &Repo, config: &Path) -> Result<String> {
    let compiler = node::ensure_tools(repo)?.join("typescript/bin/tsc");
    let mut command = Command::new(node::ensure(repo)?);
    command.arg(compiler).args(["--pretty", "false", "--project"]).arg(config);
    // Messages name files relative to where it runs.
    command.current_dir(config.parent().context("a configuration without a folder")?);
    let out = command.stdin(Stdio::null()).output().context("cannot start tsc")?;
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    // A compiler that could not run has no complaints either.
    if !out.status.success() && !said.contains("error TS") {
        bail!("tsc ended with {}\n{}", out.status, said.trim());
    }
    Ok(said)
}
