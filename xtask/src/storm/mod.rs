//! `cargo xtask storm`: the built package at mixed work in Node.js, against three real servers behind a relay that makes a
//! cluster of them and does to connections whatever networks, gateways and servers do (`cluster/faults.rs`). Meanwhile the
//! lead moves, routers fall silent, and servers are killed and started again.
//!
//! A ledger (tests/storm) says of each write whether it is in the database. When all is over they are compared, and the
//! closing line says what was
//! - hung: an operation that had not settled when all its limits were over,
//! - wrong: a value, an error or a context that is not what it should be, or what is there though it was rolled back,
//! - doubled and lost: a write that is there more than once, or resolved and is not there,
//! - leaked: connections or sockets left when all is closed, or a program that does not end,
//! - uncaught: errors that nobody could catch, and programs that died.

mod director;
mod verdict;
mod worker;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use crate::cluster::{Cluster, Faults};
use crate::js_folder::JsFolder;
use crate::package::{self, Mode};
use crate::repo::Repo;
use crate::server::Options;
use crate::setup::java::{self, Release};
use director::Director;
pub(crate) use verdict::Verdict;
use worker::Worker;

/// Seconds for which a routing table holds: some are asked for, and all grow old.
const TTL: u8 = 4;

/// Seconds from which on it is worth while to have the servers compile what they do as far as they can.
const LONG: u64 = 600;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) seconds: u64,
    /// Without one, any.
    pub(crate) seed: Option<u64>,
}

pub(crate) fn parse(args: &[String]) -> Result<Request> {
    let mut request = Request { seconds: 60, seed: None };
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let mut number = || -> Result<u64> {
            let word = rest.next().with_context(|| format!("{arg} wants a number"))?;
            word.parse().with_context(|| format!("{arg} wants a whole number, not {word}"))
        };
        match arg.as_str() {
            "--seconds" => request.seconds = number()?,
            "--seed" => request.seed = Some(number()?),
            other => bail!("storm does not know {other}; it takes --seconds N and --seed S"),
        }
    }
    Ok(request)
}

/// Returns what was found, told already.
pub(crate) fn run(repo: &Repo, request: Request) -> Result<Verdict> {
    let seed = match request.seed {
        Some(seed) => seed,
        None => SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64 % 1_000_000,
    };
    let package = package::build(repo, Mode::Release)?;
    let folder = JsFolder::new(repo, &package, &["tests/harness", "tests/storm"])?;
    let neo4j = java::ensure(repo, Release::named("5")?)?;
    println!("storm: starting three servers, Neo4j {}", neo4j.release.version);
    let faults = Arc::new(Faults::new(seed));
    let options = Options { fast: request.seconds >= LONG, ..Options::default() };
    let cluster = Cluster::start(repo, &neo4j, options, TTL, Some(Arc::clone(&faults)))?;
    println!("storm: {} s, seed {seed}", request.seconds);

    let mut verdict = Verdict::new(seed);
    let begin = Instant::now();
    let end = begin + Duration::from_secs(request.seconds);
    let director = Director { repo, neo4j: &neo4j, cluster: &cluster, seed, end };
    thread::scope(|scope| -> Result<()> {
        let mut directing = director.start(scope);
        let mut calm_down = |verdict: &mut Verdict| -> Result<()> {
            for one in directing.drain(..) {
                verdict.kills += one.join().ok().context("the director panicked")??;
            }
            faults.end();
            Ok(())
        };
        let mut number = 0;
        // A program that dies is followed by another.
        while number == 0 || Instant::now() < end {
            let worker = Worker::start(&folder, &cluster, seed, number)?;
            worker.follow(end, &mut verdict, &mut calm_down)?;
            number += 1;
        }
        calm_down(&mut verdict)
    })?;
    verdict.recoveries = cluster.recoveries();
    verdict.controls = cluster.controls();
    verdict.faults = faults.counts();
    verdict.connections = cluster.connections().0;
    worker::verify(&folder, &cluster, &mut verdict)?;
    verdict.tell();
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments() {
        let parsed = |args: &[&str]| parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>());
        assert_eq!(parsed(&[]).unwrap(), Request { seconds: 60, seed: None });
        assert_eq!(parsed(&["--seed", "7", "--seconds", "5"]).unwrap(), Request { seconds: 5, seed: Some(7) });
        assert!(parsed(&["--seconds"]).is_err() && parsed(&["--seed", "x"]).is_err() && parsed(&["7"]).is_err());
    }
}
