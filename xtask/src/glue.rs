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

/// Functions that the runtime calls when it likes, or nobody waits for: they fail in silence.
fn is_quiet(export: &str) -> bool {
    ["__convert__closures_", "destroy_closure"].iter().any(|part| export.contains(part)) || export.ends_with("_free")
}

/// In place.
pub(crate) fn into_function(glue: &Path) -> Result<()> {
    let script = fs::read_to_string(glue)?;
    fs::write(glue, function(&script)?).with_context(|| format!("cannot write {}", glue.display()))
}

fn function(script: &str) -> Result<String> {
    let script = replaced_once(script, "export { initSync, __wbg_init as default };", "")?;
    let script =
        replaced_once(&script, "let wasmModule, wasmInstance, wasm;", "let wasmModule, wasmInstance, wasm, quiet;")?;
    let script = replaced_once(&script, "wasm = instance.exports;", "({ wasm, quiet } = watched(instance.exports));")?;
    let script = script.replace("\nexport ", "\n");
    let mut parts = script.split("wasm.");
    let mut function = format!("{HEAD}{}", parts.next().unwrap_or_default());
    for part in parts {
        let name = part.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
        function.push_str(if is_quiet(name) { "quiet." } else { "wasm." });
        function.push_str(part);
    }
    function.push_str(TAIL);
    Ok(function)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "/* types */\nexport class A { free() { wasm.__wbg_a_free(1); } }\nexport function install() { wasm.install(); }\n\
         function wasm_bindgen_1___convert__closures_x(a) { wasm.wasm_bindgen_1___convert__closures_x(a); }\n\
         let wasmModule, wasmInstance, wasm;\nwasm = instance.exports;\nexport { initSync, __wbg_init as default };\n";

    #[test]
    fn the_glue_becomes_a_function_and_what_nobody_waits_for_is_quiet() {
        let function = function(GLUE).unwrap();
        assert_eq!(function.matches("export ").count(), 1);
        for kept in
            ["{ quiet.__wbg_a_free(1); }", "{ wasm.install(); }", "{ quiet.wasm_bindgen_1___convert__closures_x(a); }"]
        {
            assert!(function.contains(kept), "{function}");
        }
        assert!(function.contains("\nclass A") && function.contains("({ wasm, quiet } = watched(instance.exports));"));
    }

    #[test]
    fn a_glue_that_looks_otherwise_is_refused() {
        assert!(super::function(&GLUE.replace("wasm = instance", "wasm = the")).is_err());
    }
}
