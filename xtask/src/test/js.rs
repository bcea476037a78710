//! JavaScript suites against the built package, in Node.js and in headless Chromium.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::outcome::Outcome;
use crate::http::{STRICT, Site};
use crate::js_folder::JsFolder;
use crate::repo::Repo;
use crate::server::lines_of;

/// Longer than any single test may take: a runner that says nothing for so long hangs in a loop.
const SILENCE: Duration = Duration::from_secs(300);
const MARK: &str = "@test ";

/// Tests of the package itself, no server needed.
pub(crate) fn package(repo: &Repo, package: &Path) -> Result<Outcome> {
    let folder = JsFolder::new(repo, package, &["tests/harness", "tests/package"])?.with_chromium()?;
    let mut suites = folder.suites("tests/package", ".test.js")?;
    if suites.is_empty() {
        return Ok(Outcome::default());
    }
    // The harness is tested where it is used.
    suites.extend(folder.suites("tests/harness", ".test.js")?);
    let mut all = Outcome::default();
    for runtime in [Runtime::Node, Runtime::Chromium] {
        let begin = Instant::now();
        let outcome = folder.run(runtime, &suites, &json!({}), None)?;
        all.absorb(outcome.shown(&format!("package in {runtime:?}"), begin.elapsed().as_secs_f64()));
    }
    Ok(all)
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Runtime {
    Node,
    Chromium,
}

impl JsFolder {
    /// Runs suites; with `skip_all`, a reason, they are only counted.
    pub(crate) fn run(
        &self,
        runtime: Runtime,
        suites: &[String],
        env: &Value,
        skip_all: Option<&str>,
    ) -> Result<Outcome> {
        let (script, base) = match runtime {
            Runtime::Node => ("tests/harness/run-node.mjs", format!("file://{}", self.path().display())),
            Runtime::Chromium => ("tests/harness/run-chromium.mjs", format!("http://127.0.0.1:{}", self.serve()?)),
        };
        let url = |suite: &String| json!({ "name": suite, "url": format!("{base}/{suite}") });
        let suites: Vec<Value> = suites.iter().map(url).collect();
        let task = json!({ "suites": suites, "env": env, "skipAll": skip_all, "page": format!("{base}/harness") });
        let mut command = self.node(script);
        // Not an argument: there is a password in it.
        command.env("TEST_TASK", task.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let child = command.spawn().context("cannot start node")?;
        follow(child, vec![format!("{base}/"), format!("{}/", self.path().display())])
    }

    /// Serves the folder's tests and the package, with a page in which they find each other; returns the port.
    pub(crate) fn serve(&self) -> Result<u16> {
        self.site()?.serve(0)
    }

    /// The folder's tests and package, and an empty page, `/harness`, in which imports find the package.
    pub(crate) fn site(&self) -> Result<Site> {
        let nonce = self.path().file_name().unwrap_or_default().to_string_lossy().replace(['-', '.'], "");
        let policy = STRICT.replace("script-src 'self'", &format!("script-src 'self' 'nonce-{nonce}'"));
        let manifest: Value = serde_json::from_str(&fs::read_to_string(self.package().join("package.json"))?)?;
        let page = format!(
            "<!doctype html><meta charset=\"utf-8\"><title>tests</title><link rel=\"icon\" href=\"data:,\">\n\
             <script type=\"importmap\" nonce=\"{nonce}\">{}</script>\n",
            import_map(&manifest)
        );
        let site = Site::default().mount("/tests/", self.path().join("tests")).mount("/pkg/", self.package());
        Ok(site.page("/harness", policy, page))
    }
}

/// Reads a runner's results to the end.
fn follow(mut child: Child, places: Vec<String>) -> Result<Outcome> {
    // Held open: its end is how the runner learns that we are gone.
    let _input = child.stdin.take();
    let lines = lines_of(child.stdout.take().context("node has no output")?);
    let mut reader = Reader { places, ..Reader::default() };
    loop {
        match lines.recv_timeout(SILENCE) {
            Ok(line) => reader.line(&line),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                child.kill()?;
                reader.outcome.fail("(the run)", format!("nothing was heard for {} s", SILENCE.as_secs()));
                break;
            }
        }
    }
    let status = child.wait()?;
    Ok(reader.end(status.success()))
}

/// Reads what a runner prints.
#[derive(Default)]
struct Reader {
    outcome: Outcome,
    done: bool,
    /// Where the tests were found, taken out of stack traces: what is left is the path in the clone.
    places: Vec<String>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let result = line.strip_prefix(MARK).and_then(|json| serde_json::from_str::<Value>(json).ok());
        let Some(result) = result else {
            println!("  | {line}");
            return;
        };
        let text = |key: &str| result[key].as_str().unwrap_or_default();
        match text("status") {
            "passed" => self.outcome.pass(),
            "skipped" => self.outcome.skip(text("reason")),
            "failed" => {
                let error = self.places.iter().fold(text("error").to_owned(), |error, place| error.replace(place, ""));
                self.outcome.fail(format!("{} › {}", text("suite"), text("name")), error);
            }
            _ => self.done |= result["done"] == true,
        }
    }

    fn end(mut self, success: bool) -> Outcome {
        if !self.done || !success {
            self.outcome.fail("(the run)", "the runner ended before its last test");
        }
        self.outcome
    }
}

/// What a browser needs to find `neo4j-wasm` and its sub-paths, from the package's own `exports`.
fn import_map(manifest: &Value) -> Value {
    let mut imports = serde_json::Map::new();
    for (subpath, target) in manifest["exports"].as_object().into_iter().flatten() {
        if let Some(file) = browser_file(target).and_then(|file| file.strip_prefix("./")) {
            let name = format!("neo4j-wasm{}", subpath.trim_start_matches('.'));
            imports.insert(name, format!("/pkg/{file}").into());
        }
    }
    json!({ "imports": imports })
}

/// A bundler for the web takes the first condition that holds; ours stand in this order.
fn browser_file(target: &Value) -> Option<&str> {
    match target {
        Value::String(file) => Some(file),
        Value::Object(by_condition) => {
            ["browser", "import", "default"].iter().find_map(|condition| browser_file(by_condition.get(*condition)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test::outcome::Counts;

    #[test]
    fn import_map_follows_exports() {
        let manifest = json!({ "exports": {
            ".": { "types": "./index.d.ts", "node": "./node.js", "default": "./index.js" },
            "./slim": { "browser": { "default": "./slim-web.js" }, "default": "./slim.js" },
            "./package.json": "./package.json",
        }});
        let expected = json!({ "imports": {
            "neo4j-wasm": "/pkg/index.js",
            "neo4j-wasm/slim": "/pkg/slim-web.js",
            "neo4j-wasm/package.json": "/pkg/package.json",
        }});
        assert_eq!(import_map(&manifest), expected);
    }

    #[test]
    fn a_runners_lines() {
        let mut reader = Reader { places: vec!["file:///tmp/x/".into()], ..Reader::default() };
        reader.line(r#"@test {"suite":"a","name":"one","status":"passed","ms":1}"#);
        reader.line(r#"@test {"suite":"a","name":"two","status":"skipped","reason":"why"}"#);
        reader.line(
            r#"@test {"suite":"a","name":"three","status":"failed","error":"E: x\n at file:///tmp/x/tests/a.js:1"}"#,
        );
        reader.line(r#"@test {"done":true}"#);
        let outcome = reader.end(true);
        assert_eq!(outcome.counts, Counts { passed: 1, failed: 1, skipped: 1 });
        assert_eq!(outcome.failures, [("a › three".to_owned(), "E: x\n at tests/a.js:1".to_owned())]);
    }

    #[test]
    fn a_run_that_broke_off_fails() {
        assert_eq!(Reader::default().end(true).counts.failed, 1);
        assert_eq!(Reader { done: true, ..Reader::default() }.end(false).counts.failed, 1);
    }
}
