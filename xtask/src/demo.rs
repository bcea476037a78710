//! `cargo xtask demo`: the package, a real Neo4j with a sample graph, and the page that talks to it. Or three of them that
//! look like a cluster, whose lead moves.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::cluster::{Cluster, MEMBERS};
use crate::docs;
use crate::http::Site;
use crate::js_folder::JsFolder;
use crate::package::{self, Mode};
use crate::process;
use crate::repo::Repo;
use crate::server::{Options, Server, USER};
use crate::setup::java::{self, Release};

const DEFAULT_PORT: u16 = 8080;
const PORTS_TRIED: u16 = 50;

/// Seconds for which the cluster's routing table holds: short, so that a page soon shows who leads.
const TTL: u8 = 3;
const LEAD: Duration = Duration::from_secs(15);
const ELECTION: Duration = Duration::from_millis(500);

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Request {
    /// None given is the default, or the next free one.
    port: Option<u16>,
    cluster: bool,
}

pub(crate) fn parse(args: &[String]) -> Result<Request> {
    let mut request = Request::default();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--cluster" => request.cluster = true,
            "--port" => {
                let port = rest.next().and_then(|port| port.parse().ok());
                request.port = Some(port.context("--port wants a number up to 65535")?);
            }
            _ => bail!("demo takes --port N, --cluster or nothing"),
        }
    }
    Ok(request)
}

pub(crate) fn run(repo: &Repo, request: Request) -> Result<()> {
    let package = package::build(repo, Mode::Release)?;
    let docs = docs::build(repo)?;
    let serve = |login: &Login| -> Result<()> {
        let site = || docs::mount(site(repo.root.join("www"), package.clone(), login), &docs);
        let port = match request.port {
            Some(port) => site().serve(port).context("cannot serve there")?,
            None => serve_nearby(site)?,
        };
        println!("\n  the demo is at http://127.0.0.1:{port}/\n");
        println!("  Neo4j {}  {}  user {USER}  password {}", login.version, login.uri, login.password);
        println!("  Ctrl-C ends both.");
        Ok(())
    };
    if request.cluster {
        let cluster = populated_cluster(repo, &package)?;
        serve(&Login::of_cluster(&cluster))?;
        println!("  The lead moves every {} s: state.html shows it.", LEAD.as_secs());
        return lead_about(&cluster);
    }
    let server = populated_server(repo, &package)?;
    serve(&Login::of(&server))?;
    server.wait()
}

/// Neo4j 5 with the sample graph in it, loaded by the driver itself.
pub(crate) fn populated_server(repo: &Repo, package: &Path) -> Result<Server> {
    let neo4j = java::ensure(repo, Release::named("5")?)?;
    println!("demo: starting Neo4j {}", neo4j.release.version);
    let server = Server::start(repo, &neo4j, Options::default())?;
    load_sample(repo, package, server.environment())?;
    Ok(server)
}

/// Three of them, each with the sample graph.
fn populated_cluster(repo: &Repo, package: &Path) -> Result<Cluster> {
    let neo4j = java::ensure(repo, Release::named("5")?)?;
    println!("demo: starting three servers, Neo4j {}", neo4j.release.version);
    let cluster = Cluster::start(repo, &neo4j, Options::default(), TTL, None)?;
    for uri in cluster.servers() {
        let mut environment = cluster.environment();
        environment.push(("NEO4J_URI", uri));
        load_sample(repo, package, environment)?;
    }
    Ok(cluster)
}

fn load_sample(repo: &Repo, package: &Path, environment: Vec<(&str, String)>) -> Result<()> {
    println!("demo: loading the sample graph");
    let folder = JsFolder::new(repo, package, &["www"])?;
    let mut load = folder.node("www/load-sample.mjs");
    process::run(load.envs(environment).stdin(Stdio::null())).context("the sample graph could not be loaded")
}

/// What the page's form is filled in with.
pub(crate) struct Login {
    uri: String,
    password: String,
    version: String,
}

impl Login {
    pub(crate) fn of(server: &Server) -> Login {
        Login { uri: server.uri(), password: server.password.clone(), version: server.version.clone() }
    }

    fn of_cluster(cluster: &Cluster) -> Login {
        Login { uri: cluster.uri(), password: cluster.password().to_owned(), version: cluster.version.clone() }
    }
}

/// The page, the package, and the login. Loopback only, so the password stays here.
pub(crate) fn site(www: PathBuf, package: PathBuf, login: &Login) -> Site {
    let login = json!({ "uri": login.uri, "user": USER, "password": login.password });
    Site::default().mount("/", www).mount("/pkg/", package).json("/demo.json", &login)
}

/// Moves the lead from one member to the next, until a server ends.
fn lead_about(cluster: &Cluster) -> Result<()> {
    let mut moved = Instant::now();
    for turn in 0.. {
        while moved.elapsed() < LEAD {
            if !cluster.is_running()? {
                bail!("a Neo4j ended by itself");
            }
            thread::sleep(Duration::from_millis(500));
        }
        // Of the two that do not lead, the one that makes the lead go round: the first, the second, the first.
        cluster.move_leader(turn % MEMBERS, ELECTION);
        moved = Instant::now();
    }
    Ok(())
}

fn serve_nearby(site: impl Fn() -> Site) -> Result<u16> {
    for port in DEFAULT_PORT..DEFAULT_PORT + PORTS_TRIED {
        if let Ok(port) = site().serve(port) {
            return Ok(port);
        }
    }
    bail!("no free port from {DEFAULT_PORT} on; name one with --port")
}

impl Server {
    /// Waits until the server ends, which it does only when something is wrong: Ctrl-C ends us both.
    pub(crate) fn wait(mut self) -> Result<()> {
        while self.is_running()? {
            thread::sleep(Duration::from_millis(500));
        }
        bail!("Neo4j ended by itself")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments() {
        let parsed = |args: &[&str]| parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>());
        assert_eq!(parsed(&[]).unwrap(), Request { port: None, cluster: false });
        assert_eq!(parsed(&["--port", "9000"]).unwrap(), Request { port: Some(9000), cluster: false });
        assert_eq!(parsed(&["--cluster", "--port", "9000"]).unwrap(), Request { port: Some(9000), cluster: true });
        assert!(parsed(&["--port"]).is_err());
        assert!(parsed(&["--port", "70000"]).is_err());
        assert!(parsed(&["9000"]).is_err());
    }
}
