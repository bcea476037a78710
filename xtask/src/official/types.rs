//! The type tests of the checkout: programs that compile against the official declarations compile against ours.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::verdict::Verdict;
use crate::js_folder::JsFolder;
use crate::repo::Repo;
use crate::tsc;

/// Files of the checkout's declarations that have a default, and what it is called in the package.
const DEFAULTS: [(&str, &str); 5] = [
    ("result-rx", "RxResult"),
    ("session-rx", "RxSession"),
    ("transaction-rx", "RxTransaction"),
    ("transaction-managed-rx", "RxManagedTransaction"),
    ("query-runner", "QueryRunner"),
];

pub(super) fn judge(repo: &Repo, folder: &JsFolder, checkout: &Path, verdict: &mut Verdict) -> Result<()> {
    let place = folder.path().join("types/test");
    fs::create_dir_all(&place)?;
    for (file, name) in DEFAULTS {
        let kind = if name == "QueryRunner" { "import type" } else { "import" };
        let text = format!("{kind} {{ {name} }} from \"neo4j-driver\";\nexport default {name};\n");
        fs::write(folder.path().join(format!("types/{file}.d.ts")), text)?;
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(checkout.join("packages/neo4j-driver/test/types"))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        fs::write(place.join(&name), from_package(&fs::read_to_string(entry.path())?))?;
        names.push(name);
    }
    // As the checkout has them; a bundler's resolution gives both packages' defaults alike.
    let options = json!({
        "noEmit": true, "noImplicitAny": true, "noImplicitReturns": true, "strictNullChecks": true, "skipLibCheck": true,
        "target": "es2022", "lib": ["es2022", "dom", "esnext.disposable"], "module": "esnext", "moduleResolution": "bundler",
        "types": [],
    });
    let config = json!({ "compilerOptions": options, "include": ["types/test"] });
    let file = folder.path().join("tsconfig.json");
    fs::write(&file, config.to_string())?;
    let said = tsc::compile(repo, &file)?;
    for name in names {
        let of = format!("types/test/{name}(");
        let errors: Vec<&str> = said.lines().filter(|line| line.starts_with(&of)).collect();
        verdict.add(format!("types/{name} compiles"), (!errors.is_empty()).then(|| errors.join("\n")));
    }
    Ok(())
}

/// A test with what it imports from the checkout's files imported from the package.
fn from_package(text: &str) -> String {
    let lines = text.lines().map(|line| match line.rsplit_once("from '") {
        Some((before, from)) => {
            let file = from.trim_end_matches([';', '\'']);
            let file =
                match file.strip_prefix("../../types/").filter(|file| DEFAULTS.iter().any(|(with, _)| with == file)) {
                    Some(with_default) => format!("../{with_default}"),
                    None if file.starts_with("../../") || file.starts_with("neo4j-driver-core") => {
                        "neo4j-driver".to_owned()
                    }
                    None => file.to_owned(),
                };
            format!("{before}from '{file}'\n")
        }
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_the_packages() {
        let text = "import A from '../../types/session-rx'\n} from '../../types/driver'\nimport { b } from 'neo4j-driver-core'\nimport { of } from 'rxjs'\n";
        let made = "import A from '../session-rx'\n} from 'neo4j-driver'\nimport { b } from 'neo4j-driver'\nimport { of } from 'rxjs'\n";
        assert_eq!(from_package(text), made);
    }
}
