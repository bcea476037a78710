//! The package in a Worker: tests as one module, as wrangler would bundle it, and a small application, to be weighed.

use std::fs;

use anyhow::Result;
use serde_json::json;

use super::bundle;
use crate::js_folder::JsFolder;
use crate::process;
use crate::repo::Repo;
use crate::setup::node;

/// The newest compatibility date that the workerd of xtask/runtimes knows.
pub(crate) const NEWEST: &str = "2026-07-30";

/// Where the tests are, and the application, as they have been bundled.
pub(crate) const TESTS: &str = "dist/workerd";
pub(crate) const APP: &str = "dist/workerd-app";

const APP_SOURCE: &str = "tests/runtimes/app.js";

/// Bundles suites, and the application where it is in the folder.
pub(crate) fn build(repo: &Repo, folder: &JsFolder, suites: &[String]) -> Result<()> {
    folder.link(&node::ensure_runtimes(repo)?, ["esbuild", "miniflare"])?;
    let place = folder.variant("edge", "neo4j-wasm")?;
    let internals = place.join("tests/package/internals.js");
    if internals.exists() {
        fs::write(internals, INTERNALS)?;
    }
    fs::write(place.join("main.js"), format!("{}{WORKER}", bundle::main(suites)))?;
    fs::copy(repo.root.join("xtask/runtimes/bundle.mjs"), folder.path().join("bundle.mjs"))?;
    let path = |relative: &str| folder.path().join(relative).display().to_string();
    for (entry, out) in [("edge/main.js", TESTS), (APP_SOURCE, APP)] {
        if folder.path().join(entry).exists() {
            let task = json!({ "bundler": "workerd", "entry": path(entry), "out": path(out) });
            process::run_quiet(folder.node("bundle.mjs").arg(task.to_string()))?;
        }
    }
    Ok(())
}

/// In the place of tests/package/internals.js: what can be imported from the package's folder for the edge, and its other
/// files over the binding that tests/harness/run-workerd.mjs has made.
const INTERNALS: &str = r#"
const parts = {
  "api.js": () => import("../../../node_modules/neo4j-wasm/edge/api.js"),
  "core.js": () => import("../../../node_modules/neo4j-wasm/edge/core.js"),
  "socket-serve.js": () => import("../../../node_modules/neo4j-wasm/socket-serve.js"),
  "again/index.js": () => import("../../../node_modules/neo4j-wasm/again/edge/workerd.js"),
};
export const fileUrl = (name) => `http://packaged/${name}`;
export async function internal(name, copy = "") {
  if (!parts[copy + name]) throw new Error(`${name} is no part of the package at the edge`);
  return parts[copy + name]();
}
export const readBytes = async (name) => new Uint8Array(await (await globalThis.testPackaged.fetch(fileUrl(name))).arrayBuffer());
export const readText = async (name) => (await globalThis.testPackaged.fetch(fileUrl(name))).text();
"#;

/// The Worker around what bundle::main has. Reports go out as they come, a line each.
const WORKER: &str = r#"
import { connect } from "cloudflare:sockets";

export default {
  async fetch(request, { packaged }, context) {
    Object.assign(globalThis, { testConnect: connect, testPackaged: packaged });
    const { readable, writable } = new TransformStream();
    const lines = writable.getWriter();
    const report = (result) => void lines.write(new TextEncoder().encode(`${JSON.stringify(result)}\n`));
    context.waitUntil(run(await request.json(), report).finally(() => lines.close()));
    return new Response(readable);
  },
};
"#;
