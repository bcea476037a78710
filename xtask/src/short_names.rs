//! Short names between the wasm and its glue: wasm-bindgen gives each import a name of some forty letters, most of them a
//! hash that no compression shortens, and it stands in both files.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use walrus::{ExportId, Module};

/// What others than the glue know by name: the memory, and the function by which the driver's wasm is told from another.
const KEPT: [&str; 2] = ["memory", "install"];

/// What the wasm imports from.
const MODULE: &str = "./neo4j_wasm_bg.js";

/// Both in place. Exports that the glue does not use are taken out.
pub(crate) fn shorten(glue: &Path, wasm: &Path) -> Result<()> {
    let mut script = fs::read_to_string(glue)?;
    let mut module = Module::from_file(wasm)?;
    for (number, import) in module.imports.iter_mut().enumerate() {
        let short = short_name(number);
        script = replaced_once(&script, &format!(" {}: function", import.name), &format!(" {short}: function"))?;
        import.name = short;
        import.module = "a".to_owned();
    }
    script = replaced_once(&script, MODULE, "a")?;
    let mut exports: Vec<(ExportId, String)> =
        module.exports.iter().map(|export| (export.id(), export.name.clone())).collect();
    exports.retain(|(_, name)| !KEPT.contains(&name.as_str()));
    // Long ones first: a name may be the beginning of another.
    exports.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    for (number, (id, name)) in exports.into_iter().enumerate() {
        let used = ["wasm", "quiet"].map(|object| format!("{object}.{name}"));
        if used.iter().any(|used| script.contains(used)) {
            let short = short_name(number);
            for used in used {
                let object = used.split('.').next().unwrap_or_default();
                script = script.replace(&used, &format!("{object}.{short}"));
            }
            module.exports.get_mut(id).name = short;
        } else {
            module.exports.delete(id);
        }
    }
    module.emit_wasm_file(wasm)?;
    fs::write(glue, script).with_context(|| format!("cannot write {}", glue.display()))
}

/// `a` to `Z`, then two letters.
fn short_name(number: usize) -> String {
    let letter = |at: usize| char::from(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[at % 52]);
    match number / 52 {
        0 => letter(number).to_string(),
        more => format!("{}{}", letter(number), letter(more - 1)),
    }
}

/// Fails where wasm-bindgen writes its glue in another way than this counts on.
pub(crate) fn replaced_once(text: &str, from: &str, to: &str) -> Result<String> {
    if text.matches(from).count() != 1 {
        bail!(
            "the glue of this wasm-bindgen does not say `{from}` once: xtask/src/glue.rs and short_names.rs count on that"
        );
    }
    Ok(text.replacen(from, to, 1))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::repo::Scratch;

    #[test]
    fn names_are_short_and_each_is_another() {
        let names: Vec<String> = (0..1_000).map(short_name).collect();
        assert_eq!((names[0].as_str(), names[51].as_str(), names[52].as_str()), ("a", "Z", "aa"));
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
    }

    #[test]
    fn wasm_and_glue_agree_on_new_names() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-names").unwrap();
        let (glue, wasm) = (scratch.path().join("glue.js"), scratch.path().join("a.wasm"));
        let mut module = Module::default();
        let ty = module.types.add(&[], &[]);
        let (imported, _) = module.add_import_func(MODULE, "__wbg_now_12", ty);
        for name in ["run", "run_2", "unused", "install"] {
            module.exports.add(name, imported);
        }
        module.emit_wasm_file(&wasm).unwrap();
        let script = "x = { __wbg_now_12: function() {} }; y = { \"./neo4j_wasm_bg.js\": x }; wasm.run_2(quiet.run()); wasm.install()";
        fs::write(&glue, script).unwrap();
        shorten(&glue, &wasm).unwrap();
        let script = "x = { a: function() {} }; y = { \"a\": x }; wasm.b(quiet.c()); wasm.install()";
        assert_eq!(fs::read_to_string(&glue).unwrap(), script);
        let module = Module::from_file(&wasm).unwrap();
        let names: HashSet<&str> = module.exports.iter().map(|export| export.name.as_str()).collect();
        assert_eq!(names, HashSet::from(["b", "c", "install"]));
        assert!(module.imports.iter().all(|import| (import.module.as_str(), import.name.as_str()) == ("a", "a")));
        // What this counts on is no longer so.
        assert!(shorten(&glue, &wasm).is_err());
    }
}
