//! One part of a run, in the network it finds itself in: the backend, and the suite that talks to it.

use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::python;
use crate::js_folder::JsFolder;
use crate::repo::{Repo, Scratch};
use crate::server::lines_of;

/// Chromium can take its time on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(90);

/// What a part has to do.
#[derive(Debug, PartialEq)]
pub(crate) struct Part {
    pub(super) folder: PathBuf,
    pub(super) browser: bool,
    pub(super) neo4j: bool,
    /// A regular expression for the ids of tests; empty for all.
    pub(super) only: String,
}

impl Part {
    /// As `cargo xtask testkit-part` takes them, and which part it is after them.
    pub(super) fn arguments(&self) -> [String; 4] {
        let flag = |set: bool| u8::from(set).to_string();
        [self.folder.display().to_string(), flag(self.browser), flag(self.neo4j), self.only.clone()]
    }
}

/// Returns the runner's exit code; what it prints is ours.
pub(crate) fn run(repo: &Repo, args: &[String]) -> Result<i32> {
    let [folder, browser, neo4j, only, shard] = args else { bail!("testkit-part is for testkit's own use") };
    let mut js = JsFolder::new(repo, &repo.package(), &["tests/harness", "tests/testkit"])?;
    if browser == "1" {
        js = js.with_chromium()?;
    }
    let page = if browser == "1" { Some(format!("http://127.0.0.1:{}/harness", js.serve()?)) } else { None };
    let backend = Backend::start(&js, page)?;
    let temporary = Scratch::new(&repo.target.join("run"), "testkit")?;
    let mut runner = Command::new(python::ensure(repo)?);
    runner.current_dir(folder).arg(repo.root.join("tests/testkit/run.py"));
    runner.arg(if neo4j == "1" { "tests.neo4j" } else { "tests.stub" });
    runner.args(["--only", only, "--shard", shard]);
    // The suite starts scripted servers from its own folder, and writes scripts under fixed names.
    runner.env("PYTHONPATH", folder).env("TMPDIR", temporary.path()).env("PYTHONDONTWRITEBYTECODE", "1");
    // A name that the suite does not know is judged most strictly.
    runner.env("TEST_DRIVER_NAME", "wasm").env("TEST_BACKEND_PORT", backend.port.to_string());
    let status = runner.status().context("cannot start python")?;
    Ok(status.code().unwrap_or(1))
}

/// The backend as a child process, which ends with its input.
struct Backend {
    child: Child,
    input: Option<ChildStdin>,
    port: u16,
}

impl Backend {
    fn start(js: &JsFolder, page: Option<String>) -> Result<Backend> {
        let mut command = js.node("tests/testkit/backend.mjs");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(page) = page {
            command.env("TESTKIT_PAGE", page);
        }
        let mut child = command.spawn().context("cannot start node")?;
        let input = child.stdin.take();
        let lines = lines_of(child.stdout.take().context("node has no output")?);
        let first = lines.recv_timeout(READY_WITHIN).context("the backend did not start")?;
        let port = first.strip_prefix("listening on ").and_then(|port| port.parse().ok());
        Ok(Backend { child, input, port: port.with_context(|| format!("the backend said: {first}"))? })
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
