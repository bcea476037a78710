//! `cargo xtask demo`: the package, a real Neo4j with a sample graph, and the page that talks to it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;

use anyhow::{Context, Result, bail};
use serde_json::json;

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

/// `[--port N]`; none given is the default, or the next free one.
pub(crate) fn parse(args: &[String]) -> Result<Option<u16>> {
    match args {
        [] => Ok(None),
        [flag, port] if flag == "--port" => Ok(Some(port.parse().context("--port wants a number up to 65535")?)),
        _ => bail!("demo takes --port N or nothing"),
    }
}

pub(crate) fn run(repo: &Repo, port: Option<u16>) -> Result<()> {
    let package = package::build(repo, Mode::Release)?;
    let docs = docs::build(repo)?;
    let server = populated_server(repo, &package)?;
    let port = match port {
        Some(port) => with_docs(repo, &package, &docs, &server).serve(port).context("cannot serve there")?,
        None => serve_nearby(|| with_docs(repo, &package, &docs, &server))?,
    };
    println!("\n  the demo is at http://127.0.0.1:{port}/\n");
    println!("  Neo4j {}  {}  user {USER}  password {}", server.version, server.uri(), server.password);
    println!("  Ctrl-C ends both.");
    server.wait()
}

/// Neo4j 5 with the sample graph in it, loaded by the driver itself.
pub(crate) fn populated_server(repo: &Repo, package: &Path) -> Result<Server> {
    let neo4j = java::ensure(repo, Release::named("5")?)?;
    println!("demo: starting Neo4j {}", neo4j.release.version);
    let server = Server::start(repo, &neo4j, Options::default())?;
    println!("demo: loading the sample graph");
    let folder = JsFolder::new(repo, package, &["www"])?;
    let mut load = folder.node("www/load-sample.mjs");
    process::run(load.envs(server.environment()).stdin(Stdio::null()))
        .context("the sample graph could not be loaded")?;
    Ok(server)
}

/// The page, the package, and what the page's form is filled in with. Loopback only, so the password stays here.
pub(crate) fn site(www: PathBuf, package: PathBuf, server: &Server) -> Site {
    let login = json!({ "uri": server.uri(), "user": USER, "password": server.password });
    Site::default().mount("/", www).mount("/pkg/", package).json("/demo.json", &login)
}

fn with_docs(repo: &Repo, package: &Path, docs: &Path, server: &Server) -> Site {
    docs::mount(site(repo.root.join("www"), package.to_path_buf(), server), docs)
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
            thread::sleep(std::time::Duration::from_millis(500));
        }
        bail!("Neo4j ended by itself")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports() {
        let parsed = |args: &[&str]| parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>());
        assert_eq!(parsed(&[]).unwrap(), None);
        assert_eq!(parsed(&["--port", "9000"]).unwrap(), Some(9000));
        assert!(parsed(&["--port"]).is_err());
        assert!(parsed(&["--port", "70000"]).is_err());
        assert!(parsed(&["9000"]).is_err());
    }
}
