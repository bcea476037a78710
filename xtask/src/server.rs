//! A running Neo4j: tests/server/Server.java as a child process that cannot outlive us.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::repo::{Repo, Scratch};
use crate::setup::java::Neo4j;

/// Ten seconds are enough, but on a machine that has three to start and much else to do.
const READY_WITHIN: Duration = Duration::from_secs(300);
/// The reflection that Neo4j and its libraries do.
const OPENED: [&str; 5] = ["java.nio", "java.io", "sun.nio.ch", "java.lang", "java.util"];

#[derive(Clone, Copy, Default)]
pub(crate) struct Options {
    pub(crate) tls: bool,
    /// With `tls`: it is offered, and not asked for.
    pub(crate) clear_too: bool,
    pub(crate) no_auth: bool,
    /// Compiled as far as the JDK can and with room to spare: for the bench, where the server must not be the limit.
    pub(crate) fast: bool,
}

pub(crate) struct Server {
    child: Child,
    /// The server lives as long as this is open: when we are killed, the system closes it for us.
    input: Option<ChildStdin>,
    data: Scratch,
    options: Options,
    pub(crate) port: u16,
    pub(crate) version: String,
    pub(crate) password: String,
}

pub(crate) const USER: &str = "neo4j";

impl Server {
    /// Starts one and waits until it answers.
    pub(crate) fn start(repo: &Repo, neo4j: &Neo4j, options: Options) -> Result<Server> {
        Server::start_with_password(repo, neo4j, options, new_password()?)
    }

    pub(crate) fn start_with_password(
        repo: &Repo,
        neo4j: &Neo4j,
        options: Options,
        password: String,
    ) -> Result<Server> {
        let data = Scratch::new(&repo.target.join("neo4j"), neo4j.release.version)?;
        let child = spawn(repo, neo4j, &data, options, Some(&password))?;
        let mut server = Server { child, input: None, data, options, port: 0, version: String::new(), password };
        server.become_ready(neo4j)?;
        Ok(server)
    }

    /// Ends it as a crash does: nothing is written any more, and the data stays.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again with the data it had, at another port.
    pub(crate) fn start_again(&mut self, repo: &Repo, neo4j: &Neo4j) -> Result<()> {
        self.child = spawn(repo, neo4j, &self.data, self.options, None)?;
        self.become_ready(neo4j)
    }

    fn become_ready(&mut self, neo4j: &Neo4j) -> Result<()> {
        self.input = self.child.stdin.take();
        let lines = lines_of(self.child.stdout.take().context("java has no output")?);
        let ready = self.await_ready(&lines).map_err(|error| {
            let said = fs::read_to_string(log(&self.data)).unwrap_or_default();
            error.context(format!("Neo4j {} did not start\n{}", neo4j.release.version, tail(&said, 40)))
        })?;
        (self.port, self.version) = ready;
        Ok(())
    }

    fn await_ready(&mut self, lines: &mpsc::Receiver<String>) -> Result<(u16, String)> {
        let start = Instant::now();
        loop {
            match lines.recv_timeout(Duration::from_millis(200)) {
                Ok(line) => return read_ready(&line),
                Err(mpsc::RecvTimeoutError::Timeout) if start.elapsed() < READY_WITHIN => {}
                Err(mpsc::RecvTimeoutError::Timeout) => bail!("it was not ready after {} s", READY_WITHIN.as_secs()),
                Err(mpsc::RecvTimeoutError::Disconnected) => bail!("java ended with {}", self.child.wait()?),
            }
        }
    }

    pub(crate) fn is_running(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    pub(crate) fn uri(&self) -> String {
        let scheme = if self.options.tls && !self.options.clear_too { "bolt+ssc" } else { "bolt" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// What a program that talks to this server finds in its environment.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let mut env = vec![("NEO4J_URI", self.uri()), ("NEO4J_VERSION", self.version.clone())];
        if !self.options.no_auth {
            env.push(("NEO4J_USER", USER.to_owned()));
            env.push(("NEO4J_PASSWORD", self.password.clone()));
        }
        if self.options.tls {
            env.push(("NEO4J_CERT", self.certificate("public.crt").display().to_string()));
            env.push(("NEO4J_AUTHORITY", self.certificate("authority.crt").display().to_string()));
            env.push(("NEO4J_CERT_DER", self.certificate("public.der").display().to_string()));
        }
        env
    }

    /// A file of those that tests/server/Server.java makes for TLS.
    pub(crate) fn certificate(&self, file: &str) -> PathBuf {
        self.data.path().join("certificates/bolt").join(file)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(20)),
                _ => return,
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log(data: &Scratch) -> PathBuf {
    data.path().join("server.log")
}

fn spawn(repo: &Repo, neo4j: &Neo4j, data: &Scratch, options: Options, password: Option<&str>) -> Result<Child> {
    let mut command = command(repo, neo4j, data, options);
    // The program removes its folder when it goes, the log with it; what we show of the log is read before that.
    command.stderr(File::create(log(data))?);
    match password {
        Some(password) => command.env("NEO4J_PASSWORD", password),
        // Data that has been used before has one already, and it would be refused as the same.
        None => command.env_remove("NEO4J_PASSWORD"),
    };
    command.spawn().context("cannot start java")
}

fn command(repo: &Repo, neo4j: &Neo4j, data: &Scratch, options: Options) -> Command {
    let mut java = Command::new(neo4j.jdk.home.join("bin/java"));
    java.args(OPENED.map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED")));
    if neo4j.jdk.major >= 22 {
        java.arg("--enable-native-access=ALL-UNNAMED");
    }
    java.arg("-Djava.awt.headless=true");
    if options.fast {
        java.args(["-Xms1g", "-Xmx2g", "-XX:+UseParallelGC"]);
    } else {
        // A server that lives for a minute: start quickly, optimise little, leave room for others.
        java.args(["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
    }
    java.arg("-cp").arg(&neo4j.class_path);
    java.arg(repo.root.join("tests/server/Server.java")).arg(data.path());
    // A group of its own: Ctrl-C is for us, and the server goes when we do.
    java.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
    if options.tls {
        java.arg("--tls");
    }
    if options.clear_too {
        java.arg("--clear-too");
    }
    if options.no_auth {
        java.arg("--no-auth");
    }
    java
}

/// Reads on to the end in a thread, so that a chatty child never blocks on a full pipe.
pub(crate) fn lines_of(output: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            let Ok(line) = line else { break };
            let _ = sender.send(line);
        }
    });
    receiver
}

fn read_ready(line: &str) -> Result<(u16, String)> {
    let ready: Value = serde_json::from_str(line).with_context(|| format!("unexpected: {line}"))?;
    let port = ready["port"].as_u64().and_then(|port| u16::try_from(port).ok()).context("no port")?;
    Ok((port, ready["version"].as_str().context("no version")?.to_owned()))
}

/// New for every server, and long enough for Neo4j 5 and later, which want eight characters.
pub(crate) fn new_password() -> Result<String> {
    let mut bytes = [0; 12];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line() {
        assert_eq!(read_ready(r#"{"port":7687,"version":"5.26.25"}"#).unwrap(), (7687, "5.26.25".to_owned()));
        assert!(read_ready("{\"port\":70000,\"version\":\"5\"}").is_err());
        assert!(read_ready("Exception in thread").is_err());
    }

    #[test]
    fn passwords_differ() {
        let (one, two) = (new_password().unwrap(), new_password().unwrap());
        assert!(one.len() == 24 && one != two);
    }

    #[test]
    fn the_tail_of_a_log() {
        assert_eq!(tail("a\nb\nc", 2), "b\nc");
        assert_eq!(tail("a", 2), "a");
    }
}
