//! JavaScript suites against the built package, in whatever runtime.

use std::fs;
use std::process::{Child, Stdio};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::follow::Progress;
use super::outcome::Outcome;
use crate::http::{STRICT, Site};
use crate::js_folder::JsFolder;
use crate::process;
use crate::runtimes::{Form, Place, Runtime, edge};

/// Suites to run in a form; with `skip_all`, a reason, they are only counted.
#[derive(Clone)]
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

    /// One after the other in one process, or what is left in another where one breaks off: an outcome for each.
    pub(crate) fn run_each(&self, runtime: Runtime, runs: &[Run<'_>]) -> Result<Vec<Outcome>> {
        let base = if runtime.is_browser() {
            format!("http://127.0.0.1:{}", self.serve()?)
        } else {
            format!("file://{}", self.path().display())
        };
        let mut progress = Progress::new(vec![format!("{base}/"), format!("{}/", self.path().display())]);
        let mut next = progress.follow(self.start(runtime, &base, runs)?)?;
        while let Some(how) = next {
            next = progress.follow(self.start(runtime, &base, &progress.rest(runs, how))?)?;
        }
        Ok(progress.end(runs.len()))
    }

    /// Starts a runner, with pages or files from `base`.
    fn start(&self, runtime: Runtime, base: &str, runs: &[Run<'_>]) -> Result<Child> {
        let part = runs.first().map_or("", |run| run.form.folder());
        let in_process = format!("{part}tests/harness/run-node.mjs");
        let mut command = match runtime {
            Runtime::Chromium | Runtime::Firefox => self.node("tests/harness/run-browser.mjs"),
            Runtime::Workerd => self.node("tests/harness/run-workerd.mjs"),
            Runtime::Node => self.node(&in_process),
            _ => self.command(runtime, &in_process)?,
        };
        let tasks: Vec<Value> = runs.iter().map(|run| run.task(runtime, base)).collect();
        // Not an argument: there is a password in it.
        command.env("TEST_TASK", json!({ "browser": runtime.name(), "runs": tasks }).to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.spawn().with_context(|| format!("cannot start {}", process::describe(&command)))
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
            Form::Edge(_) | Form::EdgeOverTcp => format!("{base}/{}/main.js", edge::TESTS),
            Form::Module | Form::WithoutWorkers | Form::Slim | Form::OverWebSocket => {
                format!("/{part}tests/harness/here.js")
            }
        };
        let suites: Vec<Value> = self.suites.iter().map(url).collect();
        let page = format!("{base}/harness");
        let date = if let Form::Edge(date) = self.form { date } else { edge::NEWEST };
        json!({ "suites": suites, "env": env, "skipAll": self.skip_all, "page": page, "script": script, "date": date })
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
}
