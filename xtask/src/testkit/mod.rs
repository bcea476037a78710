//! `cargo xtask testkit`: the built package under TestKit, the suite of the official drivers, in Node.js or in a page of
//! Chromium. The suite is a checkout that the user has; our side of it lies in tests/testkit.

mod part;
mod python;
mod report;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::package::{self, Mode};
use crate::process;
use crate::repo::Repo;
use crate::server::{Options, Server, USER};
use crate::setup::java::{self, Release};
pub(crate) use part::{Part, run as run_part};
use report::Report;

/// The scripted servers listen on fixed ports: tests run side by side only where each has a network to itself. Some
/// tests look for an address that is not loopback's.
const NETWORK: &str = "ip link set lo up && ip link add v0 type veth peer name v1 && ip addr add 10.9.8.7/24 dev v0 \
    && ip link set v0 up && ip link set v1 up && exec \"$@\"";
/// Two names of the suite's that mean this machine.
const NAMES: &str =
    "names=$(mktemp) && echo '127.0.0.1 localhost thehost thehostbutwrong' > $names && mount --bind $names /etc/hosts";
/// The suite waits 10 s for an answer, and a test asks many things.
const SILENCE: Duration = Duration::from_secs(300);

#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    folder: PathBuf,
    browser: bool,
    /// In Node.js, where it would be TCP.
    websocket: bool,
    suite: &'static str,
    only: String,
    jobs: usize,
}

const STUB: &str = "tests.stub";
const TLS: &str = "tests.tls";
const NEO4J: &str = "tests.neo4j";

pub(crate) fn parse(args: &[String]) -> Result<Request> {
    let mut request =
        Request { folder: PathBuf::new(), browser: false, websocket: false, suite: STUB, only: String::new(), jobs: 1 };
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--browser" => request.browser = true,
            "--websocket" => request.websocket = true,
            "--tls" => request.suite = TLS,
            "--neo4j" => request.suite = NEO4J,
            "--only" => request.only.clone_from(rest.next().context("--only wants a regular expression")?),
            "--jobs" => {
                let jobs = rest.next().and_then(|jobs| jobs.parse().ok()).filter(|jobs| *jobs > 0);
                request.jobs = jobs.context("--jobs wants a number from 1")?;
            }
            folder if !folder.starts_with('-') && request.folder.as_os_str().is_empty() => {
                request.folder = folder.into()
            }
            other => bail!("testkit does not know {other}"),
        }
    }
    if request.folder.as_os_str().is_empty() {
        bail!("testkit wants the folder of a checkout of TestKit (github.com/neo4j-drivers/testkit)");
    }
    Ok(request)
}

/// True when nothing failed.
pub(crate) fn run(repo: &Repo, request: &Request) -> Result<bool> {
    let folder = request.folder.canonicalize().with_context(|| format!("no folder {}", request.folder.display()))?;
    if !folder.join("nutkit").is_dir() || !folder.join("boltstub").is_dir() {
        bail!("{} is no checkout of TestKit", folder.display());
    }
    package::build(repo, Mode::Release)?;
    python::ensure(repo)?;
    let server = if request.suite == NEO4J { Some(start_server(repo)?) } else { None };
    if request.suite == TLS {
        build_tls_server(&folder.join("tlsserver"))?;
    }
    let mut env = server.as_ref().map(environment).unwrap_or_default();
    if request.websocket {
        env.push(("TESTKIT_SOCKET", "websocket".to_owned()));
    }

    let jobs = jobs(request)?;
    let begin = Instant::now();
    let (sender, lines) = mpsc::channel();
    let mut parts = Vec::new();
    for index in 0..jobs {
        let (suite, only) = (request.suite.to_owned(), request.only.clone());
        let part = Part { folder: folder.clone(), browser: request.browser, suite, only };
        let mut command = command(&part, index, jobs)?;
        let mut child = command.envs(env.iter().cloned()).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        forward(child.stdout.take().context("no output")?, sender.clone());
        parts.push(child);
    }
    drop(sender);
    let mut report = Report::new(&repo.target.join("testkit"))?;
    loop {
        match lines.recv_timeout(SILENCE) {
            Ok(line) => report.line(&line)?,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                end(&mut parts)?;
                bail!("nothing was heard for {} s", SILENCE.as_secs());
            }
        }
    }
    for part in &mut parts {
        part.wait()?;
    }
    Ok(report.close(jobs, begin.elapsed()))
}

/// The suite's own server for `tests.tls`, which it keeps as a program that someone has built.
fn build_tls_server(folder: &Path) -> Result<()> {
    if folder.join("tlsserver").exists() {
        return Ok(());
    }
    let mut go = Command::new("go");
    go.args(["build", "-o", "tlsserver", "main.go"]).current_dir(folder);
    process::run(&mut go).context("tests.tls wants the suite's tlsserver, which is built with Go: install that")
}

fn start_server(repo: &Repo) -> Result<Server> {
    let neo4j = java::ensure(repo, Release::named("5")?)?;
    Server::start(repo, &neo4j, Options::default())
}

/// What the suite wants to know of a real server.
fn environment(server: &Server) -> Vec<(&'static str, String)> {
    let version = server.version.rsplit_once('.').map_or(server.version.as_str(), |(version, _)| version);
    vec![
        ("TEST_NEO4J_HOST", "127.0.0.1".to_owned()),
        ("TEST_NEO4J_PORT", server.port.to_string()),
        ("TEST_NEO4J_USER", USER.to_owned()),
        ("TEST_NEO4J_PASS", server.password.clone()),
        ("TEST_NEO4J_SCHEME", "bolt".to_owned()),
        ("TEST_NEO4J_EDITION", "community".to_owned()),
        ("TEST_NEO4J_VERSION", version.to_owned()),
    ]
}

/// How many parts there will be: as many as wanted, if each can have a network of its own.
fn jobs(request: &Request) -> Result<usize> {
    if request.jobs == 1 || request.suite != STUB {
        return Ok(1);
    }
    let mut probe = Command::new("unshare");
    probe.args(["-n", "sh", "-c", NETWORK, "sh", "true"]);
    if process::on_path("unshare").is_some() && process::succeeds_within(&mut probe, Duration::from_secs(10))? {
        return Ok(request.jobs);
    }
    println!("testkit: one job: more need network namespaces, which only root may make");
    Ok(1)
}

/// Our own program again, for one part.
fn command(part: &Part, index: usize, count: usize) -> Result<Command> {
    let own = std::env::current_exe()?;
    let within = |flags: &str, script: &str| {
        let mut command = Command::new("unshare");
        command.args([flags, "sh", "-c", script, "sh"]).arg(&own);
        command
    };
    let mut command = match count {
        _ if part.suite == TLS => within("-nm", &format!("{NAMES} && {NETWORK}")),
        1 => Command::new(&own),
        _ => within("-n", NETWORK),
    };
    command.arg("testkit-part").args(part.arguments()).arg(format!("{index}/{count}"));
    Ok(command)
}

fn forward(output: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = lines.send(line);
        }
    });
}

fn end(parts: &mut [Child]) -> Result<()> {
    for part in parts {
        part.kill()?;
        part.wait()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Request> {
        parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn arguments() {
        let request = parsed(&["kit", "--browser", "--websocket", "--only", "stub.retry", "--jobs", "2"]).unwrap();
        let expected = Request {
            folder: "kit".into(),
            browser: true,
            websocket: true,
            suite: STUB,
            only: "stub.retry".into(),
            jobs: 2,
        };
        assert_eq!(request, expected);
        assert!(parsed(&["--browser"]).unwrap_err().to_string().contains("checkout"));
        for wrong in [&["kit", "--jobs", "0"][..], &["kit", "more"], &["kit", "--only"], &["kit", "--brwoser"]] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }
}
