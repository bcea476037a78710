//! The glue that wasm-bindgen writes, as a function that makes one: each wasm that is started has a glue of its own, so that
//! one that has crashed takes nothing else with it. What the glue looks up by name in the runtime is handed to it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::short_names::replaced_once;

/// What the glue would look up anew at each call, where others may have put something else by then.
const HEAD: &str =
    "export function makeGlue({ watched, queueMicrotask, setTimeout, clearTimeout, performance, Promise }) {\n";
const TAIL: &str = "return { initSync, install, DriverHandle };\n}\n";

/// Whom wasm-bindgen writes its glue for. They differ in how the wasm gets there, and that is the package's matter here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    Web,
    Bundler,
    Nodejs,
    Deno,
}

impl Target {
    pub(crate) const ALL: [Target; 4] = [Target::Web, Target::Bundler, Target::Nodejs, Target::Deno];

    /// As wasm-bindgen and wasm-pack have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Target::Web => "web",
            Target::Bundler => "bundler",
            Target::Nodejs => "nodejs",
            Target::Deno => "deno",
        }
    }

    /// Where the part begins that loads the wasm, which is the last one.
    fn loading(self) -> &'static str {
        match self {
            Target::Web => "let wasmModule, wasmInstance, wasm;",
            Target::Bundler => "let wasm;\nexport function __wbg_set_wasm",
            Target::Nodejs => "const wasmPath = ",
            Target::Deno => "const wasmUrl = ",
        }
    }
}

/// Functions that the runtime calls when it likes, or nobody waits for: they fail in silence.
fn is_quiet(export: &str) -> bool {
    ["__convert__closures_", "destroy_closure"].iter().any(|part| export.contains(part)) || export.ends_with("_free")
}

/// The glue in a folder, in place: `neo4j_wasm.js`, whatever it is for.
pub(crate) fn into_function(folder: &Path, target: Target) -> Result<()> {
    let glue = folder.join("neo4j_wasm.js");
    let mut script = fs::read_to_string(&glue).with_context(|| format!("cannot read {}", glue.display()))?;
    if target == Target::Bundler {
        // What a bundler sees is a second file, which only loads.
        script.insert_str(0, &fs::read_to_string(folder.join("neo4j_wasm_bg.js"))?);
    }
    fs::write(&glue, function(&script, target)?).with_context(|| format!("cannot write {}", glue.display()))
}

fn function(script: &str, target: Target) -> Result<String> {
    let script = replaced_once(script, target.loading(), LOADING)?;
    let (script, loading) = script.split_once(LOADING).unwrap_or_default();
    let script = match target {
        Target::Bundler => with_table(script),
        Target::Web | Target::Nodejs | Target::Deno => script.to_owned(),
    };
    let script = without_exports(&script);
    // The table of references, where the compiler uses one, is filled before anything else.
    let start = if loading.contains("wasm.__wbindgen_start()") { "wasm.__wbindgen_start();\n" } else { "" };
    let mut function = HEAD.to_owned();
    let mut parts = script.split("wasm.");
    function.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let name = part.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
        function.push_str(if is_quiet(name) { "quiet." } else { "wasm." });
        function.push_str(part);
    }
    function.extend([BEGIN, start, "return wasm;\n}\n", TAIL]);
    Ok(function)
}

/// In the place of what loads the wasm.
const LOADING: &str = "/* loading */";

/// Our own way to load it: from a module that is there.
const BEGIN: &str = "let wasm, quiet;\nfunction initSync({ module }) {\n\
     ({ wasm, quiet } = watched(new WebAssembly.Instance(module, __wbg_get_imports()).exports));\n";

/// Modules export as they declare, scripts for Node.js in lines of their own.
fn without_exports(script: &str) -> String {
    let lines = script.lines().filter(|line| !line.starts_with("exports."));
    lines.map(|line| line.strip_prefix("export ").unwrap_or(line)).fold(String::new(), |text, line| text + line + "\n")
}

/// For a bundler each import of the wasm is a function that is exported; elsewhere they are a table.
fn with_table(script: &str) -> String {
    let (mut rest, mut table) = (String::new(), String::new());
    let mut is_import = false;
    for line in script.lines() {
        is_import = is_import || line.starts_with("export function __wb");
        let to = if is_import { &mut table } else { &mut rest };
        match line.strip_prefix("export function ").filter(|_| is_import).and_then(|line| line.split_once('(')) {
            Some((name, given)) => to.extend([" ", name, ": function(", given]),
            None => to.push_str(line),
        }
        if is_import && line.starts_with('}') {
            is_import = false;
            to.push(',');
        }
        to.push('\n');
    }
    format!("{rest}function __wbg_get_imports() {{\nreturn {{ \"./neo4j_wasm_bg.js\": {{\n{table}}} }};\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARED: &str = "/* types */\nexport class A { free() { wasm.__wbg_a_free(1); } }\nexport function install() { wasm.install(); }\n\
         function wasm_bindgen_1___convert__closures_x(a) { wasm.wasm_bindgen_1___convert__closures_x(a); }\n";
    const TABLE: &str = "function __wbg_get_imports() {\nreturn { \"./neo4j_wasm_bg.js\": {\n __wbg_now_1: function() {\n    return 1;\n},\n} };\n}\n";

    fn glue(target: Target) -> String {
        match target {
            Target::Web => format!("{SHARED}{TABLE}let wasmModule, wasmInstance, wasm;\nexport {{ initSync }};\n"),
            Target::Deno => format!("{SHARED}{TABLE}const wasmUrl = new URL('a', import.meta.url);\n"),
            Target::Nodejs => {
                let script = SHARED.replace("export ", "");
                format!("{script}exports.A = A;\n{TABLE}const wasmPath = `a`;\nwasm.__wbindgen_start();\n")
            }
            Target::Bundler => {
                let import = "export function __wbg_now_1() {\n    return 1;\n}\n";
                format!("{SHARED}{import}let wasm;\nexport function __wbg_set_wasm(val) {{\n    wasm = val;\n}}\n")
            }
        }
    }

    #[test]
    fn the_glue_becomes_a_function_and_what_nobody_waits_for_is_quiet() {
        for target in Target::ALL {
            let function = function(&glue(target), target).unwrap();
            assert_eq!(function.matches("export ").count(), 1, "{function}");
            for kept in [
                "{ quiet.__wbg_a_free(1); }",
                "{ wasm.install(); }",
                "{ quiet.wasm_bindgen_1___convert__closures_x(a); }",
                "\nclass A",
                TABLE,
                "({ wasm, quiet } = watched(",
            ] {
                assert!(function.contains(kept), "{function}");
            }
            assert_eq!(function.contains("wasm.__wbindgen_start();"), target == Target::Nodejs);
            assert!(!function.contains("import.meta") && !function.contains("wasm = val"), "{function}");
        }
    }

    #[test]
    fn a_glue_that_looks_otherwise_is_refused() {
        for target in Target::ALL {
            assert!(super::function(SHARED, target).is_err());
        }
    }
}
