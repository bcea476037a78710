//! TypeScript in the documentation: compiled, as a strict user would. The examples in the declarations are those of the kind
//! `types`.

use std::fs;

use anyhow::Result;
use serde_json::json;

use super::blocks::{Block, Way};
use super::of_way;
use crate::js_folder::JsFolder;
use crate::repo::Repo;
use crate::test::outcome::Outcome;
use crate::test::types::{errors_by_file, lines};
use crate::tsc;

pub(super) fn run(repo: &Repo, folder: &JsFolder, blocks: &[Block]) -> Result<Outcome> {
    let place = folder.path().join("types");
    fs::create_dir_all(&place)?;
    let programs: Vec<(String, String)> =
        of_way(blocks, |way| way == Way::Types).map(|block| (block.name(), block.module())).collect();
    for (number, (_, text)) in programs.iter().enumerate() {
        fs::write(place.join(format!("{number}.ts")), text)?;
    }
    let config = json!({ "compilerOptions": tsc::strict_options(), "include": ["types"] });
    fs::write(folder.path().join("tsconfig.json"), config.to_string())?;
    let mut by_file = errors_by_file(&tsc::compile(repo, &folder.path().join("tsconfig.json"))?);
    let mut outcome = Outcome::default();
    for (number, (name, _)) in programs.into_iter().enumerate() {
        match by_file.remove(&format!("types/{number}.ts")) {
            None => outcome.pass(),
            Some(errors) => outcome.fail(name, lines(&errors)),
        }
    }
    for (file, errors) in by_file {
        outcome.fail(file, lines(&errors));
    }
    Ok(outcome)
}
