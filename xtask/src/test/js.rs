//! JavaScript suites against the built package, in whatever runtime.

use std::fs;
use std::process::{Child, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::outcome::Outcome;
use crate::http::{STRICT, Site};
use crate::js_folder::JsFolder;
use crate::process;
use crate::runtimes::{Form, Place, Runtime};
use crate::server::lines_of;

/// Longer than any single test may take: a runner that says nothing for so long hangs in a loop.
const SILENCE: Duration = Duration::from_secs(300);
const MARK: &str = "@test ";

/// Suites to run in a form; with `skip_all`, a reason, they are only counted.
pub(crate) struct Run<'a> {
    pub(crate) form: Form,
    pub(crate) suites: Vec<String>,
    pub(crate) env: &'a Value,
    pub(crate) skip_all: Option<&'a str>,
}

impl JsFolder {
    /// Runs suites; with `skip_all`, a reason, they are only counted.
    pub(crate) fn run(
        &self,
        (runtime, form): Place,
        suites: &[String],
        env: &Value,
        skip_all: Option<&str>,
    ) -> Result<Outcome> {
        let run = Run { form, suites: suites.to_vec(), env, skip_all };
        self.run_each(runtime, &[run])?.pop().context("no outcome")
    }

    /// One after the other in one process: an outcome for each.
    pub(crate) fn run_each(&self, runtime: Runtime, runs: &[Run<'_>]) -> Result<Vec<Outcome>> {
        let (mut command, base) = if runtime.is_browser() {
            let base = format!("http://127.0.0.1:{}", self.serve()?);
            (self.node("tests/harness/run-browser.mjs"), base)
        } else {
            let part = runs.first().map_or("", |run| run.form.folder());
            let script = format!("{part}tests/harness/run-node.mjs");
            let command = if runtime == Runtime::Node { self.node(&script) } else { self.command(runtime, &script)? };
            (command, format!("file://{}", self.path().display()))
        };
        let tasks: Vec<Value> = runs.iter().map(|run| run.task(runtime, &base)).collect();
        // Not an argument: there is a password in it.
        command.env("TEST_TASK", json!({ "browser": runtime.name(), "runs": tasks }).to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let child = command.spawn().with_context(|| format!("cannot start {}", process::describe(&command)))?;
        follow(child, runs.len(), vec![format!("{base}/"), format!("{}/", self.path().display())])
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
        let mut site = Site::default().mount("/pkg/", self.package());
        for folder in ["tests", "by-path", "slim", "dist"] {
            site = site.mount(&format!("/{folder}/"), self.path().join(folder));
        }
        Ok(site.page("/harness", policy, page))
    }
}

impl Run<'_> {
    /// As tests/harness/report.mjs has it.
    fn task(&self, runtime: Runtime, base: &str) -> Value {
        let part = self.form.folder();
        let url = |suite: &String| json!({ "name": suite, "url": format!("{base}/{part}{suite}") });
        let mut env = self.env.clone();
        env["runtime"] = runtime.name().into();
        env["form"] = self.form.name().into();
        let script = match self.form {
            Form::ModuleWorker | Form::ClassicWorker => format!("/{part}tests/harness/in-worker.js"),
            Form::Bundle(bundler) => format!("/{}/main.js", bundler.folder()),
            Form::Module | Form::WithoutWorkers | Form::Slim => format!("/{part}tests/harness/here.js"),
        };
        let suites: Vec<Value> = self.suites.iter().map(url).collect();
        let page = format!("{base}/harness");
        json!({ "suites": suites, "env": env, "skipAll": self.skip_all, "page": page, "script": script })
    }
}

/// Reads a runner's results to the end.
fn follow(mut child: Child, runs: usize, places: Vec<String>) -> Result<Vec<Outcome>> {
    // Held open: its end is how the runner learns that we are gone.
    let mut input = child.stdin.take();
    let lines = lines_of(child.stdout.take().context("node has no output")?);
    let mut reader = Reader { places, ..Reader::default() };
    loop {
        match lines.recv_timeout(SILENCE) {
            Ok(line) => reader.line(&line),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                reader.outcome.fail("(the run)", format!("nothing was heard for {} s", SILENCE.as_secs()));
                // Its browser can only be ended by itself.
                drop(input.take());
                thread::sleep(Duration::from_secs(5));
                child.kill()?;
                break;
            }
        }
    }
    let status = child.wait()?;
    Ok(reader.end(runs, status.success()))
}

/// Reads what a runner prints.
#[derive(Default)]
struct Reader {
    ended: Vec<Outcome>,
    /// Of the run that is under way.
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
            _ if result["startUp"].is_number() => self.outcome.start_up = result["startUp"].as_f64(),
            _ if result["ran"] == true => self.ended.push(std::mem::take(&mut self.outcome)),
            _ => self.done |= result["done"] == true,
        }
    }

    fn end(mut self, runs: usize, success: bool) -> Vec<Outcome> {
        if !self.done || !success || self.ended.len() != runs {
            self.outcome.fail("(the run)", "the runner ended before its last test");
            self.ended.push(self.outcome);
        }
        self.ended
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
        reader.line(r#"@test {"startUp":1.5}"#);
        reader.line(r#"@test {"suite":"a","name":"one","status":"passed","ms":1}"#);
        reader.line(r#"@test {"suite":"a","name":"two","status":"skipped","reason":"why"}"#);
        reader.line(
            r#"@test {"suite":"a","name":"three","status":"failed","error":"E: x\n at file:///tmp/x/tests/a.js:1"}"#,
        );
        reader.line(r#"@test {"ran":true}"#);
        reader.line(r#"@test {"suite":"a","name":"one","status":"passed","ms":1}"#);
        reader.line(r#"@test {"ran":true}"#);
        reader.line(r#"@test {"done":true}"#);
        let outcomes = reader.end(2, true);
        assert_eq!(outcomes[0].counts, Counts { passed: 1, failed: 1, skipped: 1 });
        assert_eq!(outcomes[0].start_up, Some(1.5));
        assert_eq!(outcomes[0].failures, [("a › three".to_owned(), "E: x\n at tests/a.js:1".to_owned())]);
        assert_eq!(outcomes[1].counts, Counts { passed: 1, ..Counts::default() });
        assert_eq!(outcomes.len(), 2);
    }

    #[test]
    fn a_run_that_broke_off_fails() {
        let failed = |reader: Reader, success| reader.end(1, success).last().unwrap().counts.failed;
        let whole = || Reader { done: true, ended: vec![Outcome::default()], ..Reader::default() };
        assert_eq!(failed(whole(), true), 0);
        assert_eq!(failed(whole(), false), 1);
        assert_eq!(failed(Reader { done: true, ..Reader::default() }, true), 1);
        assert_eq!(failed(Reader { done: false, ..whole() }, true), 1);
    }
}
