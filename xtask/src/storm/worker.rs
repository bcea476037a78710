//! The Node.js programs of a storm: one that works, and after it one that compares the ledgers with the databases.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::verdict::Verdict;
use crate::cluster::Cluster;
use crate::js_folder::JsFolder;
use crate::server::{USER, lines_of};

const MARK: &str = "@storm ";
/// It tells of its progress every five seconds, unless it is in a loop without end.
const SILENCE: Duration = Duration::from_secs(60);
/// Longer than any operation may take, and what comes after: see tests/storm/ledger.js.
const LAST_WORDS: Duration = Duration::from_secs(180);
/// From the last word to the end of the program, and of its sockets.
const EXIT: Duration = Duration::from_secs(3);
/// Ids of one program; the next one's come behind.
const IDS: u64 = 100_000_000;

pub(super) struct Worker<'a> {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
    cluster: &'a Cluster,
}

/// How a program ended.
#[derive(PartialEq)]
enum Said {
    Everything,
    /// Its last word was not.
    Nothing,
}

fn task(cluster: &Cluster) -> Value {
    json!({
        "members": cluster.addresses(), "servers": cluster.servers(),
        "user": USER, "password": cluster.password(),
    })
}

fn ledger(folder: &JsFolder, number: u64) -> PathBuf {
    folder.path().join(format!("ledger-{number}"))
}

impl<'a> Worker<'a> {
    pub(super) fn start(folder: &JsFolder, cluster: &'a Cluster, seed: u64, number: u64) -> Result<Worker<'a>> {
        let mut task = task(cluster);
        task["seed"] = (seed + number).into();
        task["first"] = (number * IDS).into();
        task["ledger"] = ledger(folder, number).display().to_string().into();
        let mut command = folder.node("tests/storm/work.mjs");
        command.env("STORM_TASK", task.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start node")?;
        let input = child.stdin.take().context("node has no input")?;
        let lines = lines_of(child.stdout.take().context("node has no output")?);
        Ok(Worker { child, input, lines, cluster })
    }

    /// Until it has ended: at `end` everything is made to calm down, and it is told to.
    pub(super) fn follow(
        mut self,
        end: Instant,
        verdict: &mut Verdict,
        calm_down: &mut dyn FnMut(&mut Verdict) -> Result<()>,
    ) -> Result<()> {
        let mut told_to_end = false;
        let mut heard = Instant::now();
        let mut said = Said::Nothing;
        loop {
            if !told_to_end && Instant::now() >= end {
                calm_down(verdict)?;
                told_to_end = true;
                heard = Instant::now();
                let _ = self.input.write_all(b"end\n");
            }
            match self.lines.recv_timeout(Duration::from_millis(200)) {
                Ok(line) => {
                    heard = Instant::now();
                    if verdict.line(line.strip_prefix(MARK), &line) {
                        said = Said::Everything;
                        break;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    if heard.elapsed() > if told_to_end { LAST_WORDS } else { SILENCE } {
                        verdict.find("hung", &format!("the program says nothing for {} s", heard.elapsed().as_secs()));
                        self.child.kill()?;
                        break;
                    }
                }
            }
        }
        self.leave(said, verdict)
    }

    fn leave(mut self, said: Said, verdict: &mut Verdict) -> Result<()> {
        let begin = Instant::now();
        let mut status = None;
        while begin.elapsed() < EXIT {
            status = status.or(self.child.try_wait()?);
            if status.is_some() && self.cluster.connections().1 == 0 {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let exit = format!("{} s after its last word", EXIT.as_secs());
        match status {
            Some(status) if !status.success() || said == Said::Nothing => {
                verdict.find("uncaught", &format!("the program died: {status}"));
            }
            Some(_) => {}
            None => {
                verdict.find("leaked", &format!("the program still runs {exit}"));
                self.child.kill()?;
                self.child.wait()?;
            }
        }
        let (_, open) = self.cluster.connections();
        if open > 0 {
            verdict.find("leaked", &format!("{open} sockets are open {exit}"));
        }
        verdict.worker_ended();
        Ok(())
    }
}

/// Compares all ledgers there are with the databases.
pub(super) fn verify(folder: &JsFolder, cluster: &Cluster, verdict: &mut Verdict) -> Result<()> {
    let ledgers = (0..).map(|number| (number, ledger(folder, number)));
    let written = ledgers.take(verdict.workers()).filter(|(_, file)| file.exists());
    let list: Vec<Value> = written.map(|(number, file)| json!({ "file": file, "first": number * IDS })).collect();
    let mut task = task(cluster);
    task["ledgers"] = list.into();
    let mut command = folder.node("tests/storm/verify.mjs");
    let mut child = command.env("STORM_TASK", task.to_string()).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    for line in lines_of(child.stdout.take().context("node has no output")?) {
        verdict.line(line.strip_prefix(MARK), &line);
    }
    if !child.wait()?.success() || !verdict.is_verified() {
        bail!("the ledger could not be compared with the databases");
    }
    Ok(())
}
