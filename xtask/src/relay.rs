//! A relay: websockify, which turns a WebSocket into a TCP connection to the server's Bolt port and gathers what the server
//! sends in frames of up to 64 kB. From PyPI, in a virtual environment of its own in the cache.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::repo::{Lock, Repo, Scratch};
use crate::setup::apt;

const VERSION: &str = "0.13.0";
const READY_WITHIN: Duration = Duration::from_secs(20);

/// Runs websockify for as long as its standard input is open, so that it never outlives us. Not by `sys.stdin`: its lock
/// would be held in every process that websockify forks.
const PROGRAM: &str = "\
import os, threading
def watch():
    while os.read(0, 1):
        pass
    os._exit(0)
threading.Thread(target=watch, daemon=True).start()
from websockify.websocketproxy import websockify_init
websockify_init()
";

/// A websockify that runs until this is dropped.
pub(crate) struct Relay {
    child: Child,
    input: Option<ChildStdin>,
    /// The file that names them.
    _servers: Option<Scratch>,
    pub(crate) port: u16,
}

impl Relay {
    /// Starts one before a port of this machine and waits until it listens.
    pub(crate) fn start(repo: &Repo, target: u16) -> Result<Relay> {
        Relay::spawn(repo, None, |command| command.arg(format!("127.0.0.1:{target}")))
    }

    /// One before several servers: `?token=host:port` in the URL says which, out of these.
    pub(crate) fn by_address(repo: &Repo, addresses: &[String]) -> Result<Relay> {
        let folder = Scratch::new(&repo.target.join("run"), "relay")?;
        let file = folder.path().join("servers");
        let lines: String = addresses.iter().map(|address| format!("{address}: {address}\n")).collect();
        fs::write(&file, lines)?;
        let plugin = ["--token-plugin", "ReadOnlyTokenFile", "--token-source"];
        Relay::spawn(repo, Some(folder), |command| command.args(plugin).arg(file))
    }

    /// As a script starts it, which listens at this port.
    pub(crate) fn by_script(repo: &Repo, script: &str, port: u16) -> Result<Relay> {
        let python = ensure(repo)?;
        let folder = Scratch::new(&repo.target.join("run"), "relay")?;
        let program = folder.path().join("websockify");
        fs::write(&program, format!("#!/bin/sh\nexec {} -c '{PROGRAM}' \"$@\"\n", python.display()))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("sh");
        command.args(["-e", "-c", script]).current_dir(folder.path());
        command.env("PATH", format!("{}:{path}", folder.path().display()));
        Relay::run(command, port, Some(folder))
    }

    fn spawn(repo: &Repo, servers: Option<Scratch>, which: impl FnOnce(&mut Command) -> &mut Command) -> Result<Relay> {
        let python = ensure(repo)?;
        let port = free_port()?;
        let mut command = Command::new(python);
        which(command.args(["-c", PROGRAM, &format!("127.0.0.1:{port}")]));
        Relay::run(command, port, servers)
    }

    fn run(mut command: Command, port: u16, servers: Option<Scratch>) -> Result<Relay> {
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().context("cannot start websockify")?;
        let mut relay = Relay { input: child.stdin.take(), child, port, _servers: servers };
        await_listening("websockify", &mut relay.child, port)?;
        Ok(relay)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// Waits until a program answers at a port.
pub(crate) fn await_listening(name: &str, child: &mut Child, port: u16) -> Result<()> {
    let start = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if let Some(status) = child.try_wait()? {
            bail!("{name} ended with {status}");
        }
        if start.elapsed() > READY_WITHIN {
            bail!("{name} did not listen after {} s", READY_WITHIN.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Free at this moment; neither websockify nor nginx can choose one and say which.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The Python that has websockify.
fn ensure(repo: &Repo) -> Result<PathBuf> {
    let place = repo.cache.join(format!("websockify-{VERSION}"));
    let (python, ready) = (place.join("bin/python"), place.join("ready"));
    if ready.exists() {
        return Ok(python);
    }
    let _lock = Lock::take(&repo.cache, "websockify")?;
    if ready.exists() {
        return Ok(python);
    }
    println!("setup: websockify {VERSION} from PyPI");
    let make = || process::run_quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&place));
    if make().is_err() {
        // Debian's Python comes without it.
        apt::install("Python", &["python3", "python3-venv"])?;
        make()?;
    }
    let package = format!("websockify=={VERSION}");
    process::run_quiet(Command::new(&python).args(["-m", "pip", "install", "--quiet", &package]))?;
    fs::write(&ready, "")?;
    Ok(python)
}
