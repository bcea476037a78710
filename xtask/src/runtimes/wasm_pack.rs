//! `cargo xtask runtimes --wasm-pack [--target T]`: the suite on what wasm-pack makes for each of its targets, or for one, where that target is for,
//! beside the same on our own build. Both must come to the same counts.

use std::path::Path;

use anyhow::{Result, bail};
use serde_json::Value;

use super::bundle::{self, Bundler};
use super::{Form, Place, Runtime, table, title};
use crate::glue::Target;
use crate::package::{self, Mode};
use crate::repo::Repo;
use crate::test::live;
use crate::test::outcome::{Counts, Outcome};
use crate::wasm_pack::{self, Request};

/// Where the package of a target is tried.
fn places(target: Target) -> &'static [Place] {
    match target {
        Target::Web => &[(Runtime::Chromium, Form::Module)],
        Target::Bundler => &[(Runtime::Chromium, Form::Bundle(Bundler::Vite))],
        Target::Nodejs => &[(Runtime::OldestNode, Form::Module), (Runtime::NewestNode, Form::Module)],
        Target::Deno => &[(Runtime::Deno, Form::Module)],
    }
}

/// After `--wasm-pack`: the targets to try.
pub(crate) fn parse(args: &[String]) -> Result<Vec<Target>> {
    match args {
        [] => Ok(Target::ALL.to_vec()),
        [flag, name] if flag == "--target" => Ok(vec![wasm_pack::target(name)?]),
        _ => bail!("runtimes --wasm-pack takes --target and a name, or nothing"),
    }
}

/// Prints a table; true when nothing failed and the counts agree.
pub(crate) fn run(repo: &Repo, targets: &[Target]) -> Result<bool> {
    // All of them first: they are of the same sources, whatever is edited meanwhile.
    let ours = package::build(repo, Mode::Release)?;
    let theirs: Vec<_> = targets.iter().map(|target| wasm_pack::build(repo, &Request::of(*target))).collect();
    let server = table::start(repo)?;
    let env = live::environment(&server);
    let mut rows = Vec::new();
    for (&target, theirs) in targets.iter().zip(theirs) {
        let (ours, theirs) = (try_in(repo, &ours, target, &env)?, try_in(repo, &theirs?, target, &env)?);
        for ((place, ours), (_, theirs)) in ours.into_iter().zip(theirs) {
            rows.push((format!("{}, {}", target.name(), title(place)), ours.counts, theirs.counts));
        }
    }
    println!("\n{:<32}{:>24}{:>24}", "target", "ours", "by wasm-pack");
    for (name, ours, theirs) in &rows {
        println!("{name:<32}{:>24}{:>24}", shown(*ours), shown(*theirs));
    }
    println!("\npassed, failed, skipped");
    Ok(rows.iter().all(|(_, ours, theirs)| theirs.failed == 0 && shown(*ours) == shown(*theirs)))
}

fn shown(counts: Counts) -> String {
    format!("{}, {}, {}", counts.passed, counts.failed, counts.skipped)
}

fn try_in(repo: &Repo, package: &Path, target: Target, env: &Value) -> Result<Vec<(Place, Outcome)>> {
    let places = places(target);
    let folder = super::folder(repo, package, places)?;
    let suites = table::suites(&folder)?;
    if target == Target::Bundler {
        bundle::build(repo, &folder, &suites, &[Bundler::Vite])?;
    }
    table::everywhere(&folder, places, &suites, env)
}
