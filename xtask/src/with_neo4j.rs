//! `cargo xtask with-neo4j`: runs a command beside a real server.

use anyhow::{Context, Result, bail};

use crate::process;
use crate::repo::Repo;
use crate::server::{Options, Server};
use crate::setup::java::{self, Release};

#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    version: String,
    tls: bool,
    no_auth: bool,
    command: Vec<String>,
}

/// Everything after `--` is the command's own.
pub(crate) fn parse(args: &[String]) -> Result<Request> {
    let mut request = Request { version: "5".to_owned(), tls: false, no_auth: false, command: Vec::new() };
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--version" => request.version = rest.next().context("--version wants a version")?.clone(),
            "--tls" => request.tls = true,
            "--no-auth" => request.no_auth = true,
            "--" => {
                request.command = rest.cloned().collect();
                break;
            }
            other => bail!("with-neo4j does not know {other}; the command comes after --"),
        }
    }
    if request.command.is_empty() {
        bail!("with-neo4j wants a command: with-neo4j [--version V] [--tls] [--no-auth] -- COMMAND…");
    }
    Ok(request)
}

/// Returns the command's exit code.
pub(crate) fn run(repo: &Repo, request: &Request) -> Result<i32> {
    let neo4j = java::ensure(repo, Release::named(&request.version)?)?;
    let server =
        Server::start(repo, &neo4j, Options { tls: request.tls, no_auth: request.no_auth, ..Options::default() })?;
    process::run_as_own(&request.command, server.environment())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Request> {
        parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn options_end_at_the_dashes() {
        let request = parsed(&["--version", "4.4", "--tls", "--", "sh", "--no-auth", "--"]).unwrap();
        let command = ["sh", "--no-auth", "--"].map(str::to_owned).to_vec();
        assert_eq!(request, Request { version: "4.4".into(), tls: true, no_auth: false, command });
    }

    #[test]
    fn what_is_unclear_is_refused() {
        assert!(parsed(&[]).is_err());
        assert!(parsed(&["--"]).is_err());
        assert!(parsed(&["--version"]).is_err());
        assert!(parsed(&["--tsl", "--", "true"]).is_err());
        assert!(parsed(&["cypher-shell"]).is_err());
    }
}
