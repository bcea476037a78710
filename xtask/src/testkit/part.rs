//! One part of a run, in the network it finds itself in: the backend, and the suite that talks to it.

use std::path::{Path, PathBuf};
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
    /// Which of the suite's own: `tests.stub`, `tests.tls` or `tests.neo4j`.
    pub(super) suite: String,
    /// A regular expression for the ids of tests; empty for all.
    pub(super) only: String,
}

impl Part {
    /// As `cargo xtask testkit-part` takes them, and which part it is after them.
    pub(super) fn arguments(&self) -> [String; 4] {
        let flag = |set: bool| u8::from(set).to_string();
        [self.folder.display().to_string(), flag(self.browser), self.suite.clone(), self.only.clone()]
    }
}

/// Returns the runner's exit code; what it prints is ours.
pub(crate) fn run(repo: &Repo, args: &[String]) -> Result<i32> {
    let [folder, browser, suite, only, shard] = args else { bail!("testkit-part is for testkit's own use") };
    let mut js = JsFolder::new(repo, &repo.package(), &["tests/harness", "tests/testkit"])?;
    if browser == "1" {
        js = js.with_chromium()?;
    }
    let page = if browser == "1" { Some(format!("http://127.0.0.1:{}/harness", js.serve()?)) } else { None };
    let backend = Backend::start(&js, page, Path::new(folder))?;
    let temporary = Scratch::new(&repo.target.join("run"), "testkit")?;
    let mut runner = Command::new(python::ensure(repo)?);
    runner.current_dir(folder).arg(repo.root.join("tests/testkit/run.py"));
    runner.args([suite, "--only", only, "--shard", shard]);
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
    fn start(js: &JsFolder, page: Option<String>, suite: &Path) -> Result<Backend> {
        let mut command = js.node("tests/testkit/backend.mjs");
        // One authority is to be known to the driver's system, the others to be found by name.
        let authorities = suite.join("tests/tls/certs/driver");
        command.env("NODE_EXTRA_CA_CERTS", authorities.join("trusted/trustedRoot.crt"));
        command.env("TESTKIT_AUTHORITIES", authorities.join("custom"));
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

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::*;
    use crate::process;

    /// A suite of its own: a class that two modules hold, an error mapping that nobody has made, and parts of tests.
    const SUITE: &str = r#"
import subprocess
import sys
import unittest

class Kit(unittest.TestCase):
    def test_leaves(self):
        Kit.left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])

    def test_leaves_nothing(self):
        self.assertIsNotNone(Kit.left.poll())

    def test_mapped(self):
        self.fail("no error mapping is defined for wasm driver")

    def test_mapped_and_wrong(self):
        self.fail("no error mapping is defined for wasm driver")
        self.fail("no error mapping is defined for wasm driver, and more")

    def test_parts(self):
        for part in range(3):
            with self.subTest(part=part):
                if part == 0:
                    self.skipTest("not this part")
                print("the server's word")
                self.assertEqual(part, 1)

    def test_skipped(self):
        self.skipTest("Needs support for Feature.X")
"#;

    fn runner(folder: &Scratch, more: &[&str]) -> Vec<Value> {
        let runner = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/testkit/run.py");
        let mut python = Command::new("python3");
        python.current_dir(folder.path()).args([runner, "demo"]).args(more);
        let said = process::output(&mut python).unwrap();
        said.lines().map(|line| serde_json::from_str(line.strip_prefix("@test ").unwrap()).unwrap()).collect()
    }

    #[test]
    fn the_runner_runs_each_test_once_and_says_what_came_of_it() {
        if process::on_path("python3").is_none() {
            eprintln!("left out: there is no python3, which only `cargo xtask testkit` needs");
            return;
        }
        let folder = Scratch::new(&std::env::temp_dir(), "xtask-testkit-runner").unwrap();
        let demo = folder.path().join("demo");
        fs::create_dir(&demo).unwrap();
        fs::write(demo.join("__init__.py"), "").unwrap();
        fs::write(demo.join("test_a.py"), SUITE).unwrap();
        fs::write(demo.join("test_b.py"), "from .test_a import Kit\n").unwrap();

        let lines = runner(&folder, &[]);
        assert_eq!((&lines[0]["total"], &lines[lines.len() - 1]["done"]), (&Value::from(6), &Value::from(true)));
        let outcome = |name: &str| {
            let of = |line: &&Value| line["id"].as_str().is_some_and(|id| id.ends_with(&format!(".{name}")));
            assert_eq!(lines.iter().filter(of).count(), 1, "{name}");
            lines.iter().find(of).unwrap()
        };
        assert_eq!(outcome("test_leaves_nothing")["outcome"], "passed");
        assert_eq!(outcome("test_mapped")["outcome"], "passed");
        assert_eq!(outcome("test_mapped_and_wrong")["outcome"], "failed");
        assert_eq!(outcome("test_skipped")["reason"], "Needs support for Feature.X");
        let parts = outcome("test_parts");
        assert_eq!((&parts["outcome"], &parts["partsSkipped"][0]), (&"failed".into(), &"not this part".into()));
        assert!(parts["error"].as_str().unwrap().contains("2 != 1"), "{parts}");
        assert!(parts["log"].as_str().unwrap().contains("the server's word"), "{parts}");

        let halves = ["0/2", "1/2"].map(|shard| runner(&folder, &["--shard", shard, "--only", "mapped"]).len());
        assert_eq!(halves, [3, 3]);
    }
}
