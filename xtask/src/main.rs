//! The project's own commands: `cargo xtask COMMAND`. The README names two, `demo` and `test`; `help` lists all.

mod base64;
mod bench;
mod check;
mod cluster;
mod container;
mod demo;
mod docs;
mod example;
mod fuzz;
mod glue;
mod http;
mod js_folder;
mod official;
mod package;
mod process;
mod relay;
mod repo;
mod runtimes;
mod server;
mod setup;
mod short_names;
mod size;
mod stamp;
mod storm;
mod test;
mod testkit;
mod tsc;
mod wasm_pack;
mod with_cluster;
mod with_neo4j;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::package::Mode;
use crate::repo::Repo;

const USAGE: &str = "\
cargo xtask COMMAND

  setup                        install what is missing, once; the other commands do so for what they need
  build [--dev]                crate + glue + pkg-template -> target/pkg, ready for npm pack
  build --wasm-pack [--dev] [--target web|bundler|nodejs|deno] [-- OPTION…]
                               the same by wasm-pack -> target/pkg-TARGET; options are for cargo (docs/building.md)
  wasm-pack ARGUMENT…          wasm-pack itself, with the compiler, wasm-bindgen and wasm-opt of this project
  with-neo4j [--version 5|2026|2026.04|4.4] [--tls] [--no-auth] -- COMMAND…
                               COMMAND beside a real server, with NEO4J_URI, NEO4J_USER, NEO4J_PASSWORD
  with-cluster [--version V] -- COMMAND…
                               the same beside three servers that look like a cluster
  demo [--port N] [--cluster]  the package, a Neo4j with a sample graph, and the page that talks to it; with --cluster three
                               that look like a cluster, whose lead moves every 15 seconds
  example                      the page of examples/leptos, in Rust, and a Neo4j that it talks to
  docs                         README.md, docs/, the reference of both faces -> target/docs; demo serves it
  test [--only KIND] [--no-keep-going]
                               every test; kinds: check, rust, xtask, types, package, hostile, wasm, bench,
                               docs, live, compat, storm, www; HOSTILE_ALL=1: all hostile scripts, not each misdeed once
  storm [--seconds N] [--seed S]
                               the package at mixed work, while connections, members and leaders fail: what was hung,
                               wrong, doubled, lost, leaked, uncaught
  runtimes [NAME]              the suite in every runtime and form of the package, and a table: tests, bytes, start-up
  runtimes --wasm-pack [--target T]
                               the suite on what wasm-pack makes for each target, beside the same on ours
  testkit DIR [--browser | --websocket] [--neo4j] [--only REGEX] [--jobs N]
                               the package under TestKit, of which DIR is a checkout: stub tests, or with --neo4j
                               those for a real server; the driver in Node.js or in a page of Chromium
  official DIR [--only REGEX] [--version V]
                               the official driver's own tests, of which DIR is a checkout, on that driver and on ours in
                               its place: what only one of them fails
  bench [--quick] [--only GROUP]… [--in node|deno|bun|chromium] [--rounds N] [--query CYPHER]… [--version V] [--check]
        [--publish]            beside the official driver, each by the way its users take; groups: round-trips, decode,
                               gathered, replay, real, relay, latency, memory, start, size; --check holds the result
                               against the bars, --publish shows it on www/bench.html and in README.md
  check [--fix]                format, lints for host and wasm, declarations
  fuzz [--only TARGET] [--seconds N]
                               the targets of tests/fuzz, each for so long (60), by libFuzzer; needs a compiler for C++
  size                         bytes of the wasm and the package, and what they are spent on
  test-runner WASM …           runs a wasm-bindgen-test binary; for CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER
  help                         this text";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<i32> {
    let (command, rest) = args.split_first().map_or(("help", &[][..]), |(first, rest)| (first.as_str(), rest));
    match command {
        // They take the place of programs of their own, and so all their arguments, the first one being the program's name.
        // Cargo may have started them for another crate than xtask: they look for no clone.
        "test-runner" => return wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(args).map(|()| 0),
        "wasm-bindgen" => return wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args).map(|()| 0),
        _ => {}
    }
    let repo = Repo::open()?;
    match command {
        "setup" => no_arguments(rest).and_then(|()| setup::run(&repo))?,
        "build" if rest.iter().any(|arg| arg == "--wasm-pack") => {
            wasm_pack::build(&repo, &wasm_pack::parse(rest)?).map(drop)?;
        }
        "wasm-pack" => return wasm_pack::run(&repo, rest),
        "build" => package::build(&repo, build_mode(rest)?).map(drop)?,
        "with-neo4j" => return with_neo4j::run(&repo, &with_neo4j::parse(rest)?),
        "with-cluster" => return with_cluster::run(&repo, &with_cluster::parse(rest)?),
        "storm" => return Ok(i32::from(!storm::run(&repo, storm::parse(rest)?)?.is_clean())),
        "example" => no_arguments(rest).and_then(|()| example::run(&repo))?,
        "docs" => no_arguments(rest).and_then(|()| docs::build(&repo).map(drop))?,
        "demo" => demo::run(&repo, demo::parse(rest)?)?,
        "test" => return Ok(i32::from(!test::run(&repo, &test::parse(rest)?))),
        "testkit" => return Ok(i32::from(!testkit::run(&repo, &testkit::parse(rest)?)?)),
        "official" => return Ok(i32::from(!official::run(&repo, &official::parse(rest)?)?)),
        // What `testkit` starts in a network of its own.
        "testkit-part" => return testkit::run_part(&repo, rest),
        "check" => {
            let begin = Instant::now();
            let outcome = check::run(&repo, check::parse(rest)?)?;
            let failed = outcome.shown("check", begin.elapsed().as_secs_f64()).counts.failed;
            return Ok(i32::from(failed > 0));
        }
        "runtimes" if rest.first().is_some_and(|arg| arg == "--wasm-pack") => {
            let targets = runtimes::wasm_pack::parse(&rest[1..])?;
            return Ok(i32::from(!runtimes::wasm_pack::run(&repo, &targets)?));
        }
        "runtimes" => return Ok(i32::from(!runtimes::table::run(&repo, &runtimes::parse(rest)?)?)),
        "bench" => return Ok(i32::from(!bench::run(&repo, &bench::parse(rest)?)?)),
        "fuzz" => fuzz::run(&repo, &fuzz::parse(rest)?)?,
        "size" => no_arguments(rest).and_then(|()| size::run(&repo))?,
        "help" | "--help" | "-h" => println!("{USAGE}"),
        unknown => bail!("no command {unknown}\n\n{USAGE}"),
    }
    Ok(0)
}

fn build_mode(args: &[String]) -> Result<Mode> {
    match args {
        [] => Ok(Mode::Release),
        [flag] if flag == "--dev" => Ok(Mode::Dev),
        _ => bail!("build takes --dev or nothing"),
    }
}

fn no_arguments(args: &[String]) -> Result<()> {
    if !args.is_empty() {
        bail!("this command takes no arguments");
    }
    Ok(())
}
