//! `cargo xtask with-cluster`: runs a command beside three servers that look like a cluster.

use anyhow::{Context, Result, bail};

use crate::cluster::Cluster;
use crate::process;
use crate::repo::Repo;
use crate::server::Options;
use crate::setup::java::{self, Release};

/// Seconds for which a routing table holds: long, as in a cluster at rest.
const TTL: u8 = 60;

#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    version: String,
    command: Vec<String>,
}

/// Everything after `--` is the command's own.
pub(crate) fn parse(args: &[String]) -> Result<Request> {
    let mut request = Request { version: "5".to_owned(), command: Vec::new() };
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--version" => request.version = rest.next().context("--version wants a version")?.clone(),
            "--" => request.command = rest.by_ref().cloned().collect(),
            other => bail!("with-cluster does not know {other}; the command comes after --"),
        }
    }
    if request.command.is_empty() {
        bail!("with-cluster wants a command: with-cluster [--version V] -- COMMAND…");
    }
    Ok(request)
}

/// Returns the command's exit code.
pub(crate) fn run(repo: &Repo, request: &Request) -> Result<i32> {
    let neo4j = java::ensure(repo, Release::named(&request.version)?)?;
    let cluster = Cluster::start(repo, &neo4j, Options::default(), TTL, None)?;
    process::run_as_own(&request.command, cluster.environment())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_end_at_the_dashes() {
        let parsed = |args: &[&str]| parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>());
        let command = ["sh", "--version"].map(str::to_owned).to_vec();
        let request = parsed(&["--version", "2026", "--", "sh", "--version"]).unwrap();
        assert_eq!(request, Request { version: "2026".into(), command });
        assert!(parsed(&[]).is_err() && parsed(&["--"]).is_err() && parsed(&["--tls", "--", "true"]).is_err());
    }
}
