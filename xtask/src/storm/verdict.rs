//! What a storm has shown, gathered from what its programs say, and the closing lines.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

/// What must be 0, in the order of the closing line.
const FINDINGS: [&str; 6] = ["hung", "wrong", "doubled", "lost", "leaked", "uncaught"];

#[derive(Default)]
pub(crate) struct Verdict {
    seed: u64,
    findings: BTreeMap<String, u64>,
    errors: BTreeMap<String, u64>,
    /// A message of each.
    examples: BTreeMap<String, String>,
    /// What was found, by kind, as far as it is told in full.
    texts: BTreeMap<String, Vec<String>>,
    kinds: BTreeMap<String, u64>,
    operations: u64,
    succeeded: u64,
    seconds: f64,
    /// Of them those that were told.
    minutes: u64,
    workers: usize,
    /// What the program that works has said last of how far it is.
    progress: Option<Value>,
    memory: Vec<String>,
    nodes: Option<u64>,
    pub(super) kills: u64,
    pub(super) recoveries: Vec<(Duration, Duration)>,
    pub(super) controls: Vec<Duration>,
    pub(super) faults: BTreeMap<&'static str, u64>,
    pub(super) connections: u64,
}

impl Verdict {
    pub(crate) fn new(seed: u64) -> Verdict {
        Verdict { seed, ..Verdict::default() }
    }

    /// How many findings there are of each kind.
    pub(crate) fn findings(&self) -> Vec<(&'static str, u64)> {
        FINDINGS.iter().map(|kind| (*kind, self.findings.get(*kind).copied().unwrap_or_default())).collect()
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.findings().iter().all(|(_, count)| *count == 0)
    }

    pub(crate) fn find(&mut self, kind: &str, text: &str) {
        *self.findings.entry(kind.to_owned()).or_default() += 1;
        self.note(kind, text);
    }

    fn note(&mut self, kind: &str, text: &str) {
        println!("  {kind}: {text}");
        self.texts.entry(kind.to_owned()).or_default().push(text.to_owned());
    }

    /// What is told of findings of a kind.
    pub(crate) fn texts(&self, kind: &str) -> &[String] {
        self.texts.get(kind).map_or(&[], Vec::as_slice)
    }

    /// How many operations there were, and how many of them went as they do when nothing is in their way.
    pub(crate) fn work(&self) -> (u64, u64) {
        (self.operations, self.succeeded)
    }

    /// Takes a line of a program; true for its last one.
    pub(super) fn line(&mut self, json: Option<&str>, line: &str) -> bool {
        let Some(said) = json.and_then(|json| serde_json::from_str::<Value>(json).ok()) else {
            println!("  | {line}");
            return false;
        };
        if let (Some(kind), Some(text)) = (said["finding"].as_str(), said["text"].as_str()) {
            self.note(kind, text);
        }
        for key in ["progress", "report"] {
            if said[key].is_object() {
                self.progress = Some(said[key].clone());
            }
        }
        self.tell_progress(&said["progress"]);
        if said["verdict"].is_object() {
            add(&mut self.findings, &said["verdict"]);
            self.nodes = self.findings.remove("nodes");
        }
        let report = &said["report"];
        if report.is_object() {
            self.memory.push(memory(report));
        }
        report.is_object()
    }

    /// Every minute, for whoever watches a long storm.
    fn tell_progress(&mut self, progress: &Value) {
        let seconds = self.seconds + progress["seconds"].as_f64().unwrap_or_default();
        let minutes = seconds as u64 / 60;
        if minutes > self.minutes {
            self.minutes = minutes;
            let operations = self.operations + progress["operations"].as_u64().unwrap_or_default();
            println!("  {minutes} min, {operations} operations ({:.0}/s)", operations as f64 / seconds);
        }
    }

    /// Counts what the program has last said as all that it did.
    pub(super) fn worker_ended(&mut self) {
        self.workers += 1;
        let Some(progress) = self.progress.take() else { return };
        add(&mut self.findings, &progress["counts"]);
        add(&mut self.errors, &progress["errors"]);
        add(&mut self.kinds, &progress["kinds"]);
        for (name, message) in progress["examples"].as_object().into_iter().flatten() {
            self.examples.insert(name.clone(), message.as_str().unwrap_or_default().chars().take(500).collect());
        }
        self.operations += progress["operations"].as_u64().unwrap_or_default();
        self.succeeded += progress["succeeded"].as_u64().unwrap_or_default();
        self.seconds += progress["seconds"].as_f64().unwrap_or_default();
    }

    pub(super) fn workers(&self) -> usize {
        self.workers
    }

    pub(super) fn is_verified(&self) -> bool {
        self.nodes.is_some()
    }

    pub(super) fn tell(&self) {
        println!("\noperations  {}", listed(&self.kinds));
        println!("errors      {}", listed(&self.errors));
        self.examples.iter().for_each(|(name, message)| println!("            {name}: {message}"));
        println!("faults      {}", listed(&self.faults));
        self.memory.iter().for_each(|memory| println!("memory      {memory}"));
        let (tried, succeeded): (Vec<_>, Vec<_>) = self.recoveries.iter().copied().unzip();
        println!("killed      {} servers; after each was up", self.kills);
        println!("            the first connection came in {}", millis(&tried));
        println!("            the first work succeeded in {}", millis(&succeeded));
        println!("            a plain client's, sent there at once, in {}", millis(&self.controls));
        println!("nodes       {}, over {} connections", self.nodes.unwrap_or_default(), self.connections);
        println!("\n{}", self.closing_line());
    }

    pub(crate) fn closing_line(&self) -> String {
        let rate = self.operations as f64 / self.seconds.max(1.0);
        let findings: Vec<String> = self.findings().iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        format!(
            "storm: seed {}, {:.0} s, {} operations ({rate:.0}/s), {} succeeded; {}",
            self.seed,
            self.seconds,
            self.operations,
            self.succeeded,
            findings.join(", ")
        )
    }
}

fn add(sums: &mut BTreeMap<String, u64>, counts: &Value) {
    for (key, count) in counts.as_object().into_iter().flatten() {
        *sums.entry(key.clone()).or_default() += count.as_u64().unwrap_or_default();
    }
}

/// The most frequent first.
fn listed<K: AsRef<str>>(counts: &BTreeMap<K, u64>) -> String {
    let mut all: Vec<_> = counts.iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let words: Vec<String> = all.iter().map(|(key, count)| format!("{} {count}", key.as_ref())).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

fn memory(report: &Value) -> String {
    let mega = |part: &str, key: &str| report[part][key].as_f64().map(|bytes| format!("{:.0}", bytes / 1e6));
    let words = ["heap", "wasm", "rss"].map(|key| {
        let from = mega("first", key).unwrap_or_else(|| "?".to_owned());
        format!("{key} {from} -> {} MB", mega("last", key).unwrap_or_else(|| "?".to_owned()))
    });
    words.join(", ")
}

fn millis(times: &[Duration]) -> String {
    let words: Vec<String> = times.iter().map(|time| format!("{} ms", time.as_millis())).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(verdict: &mut Verdict, json: &str) -> bool {
        verdict.line(Some(json), json)
    }

    #[test]
    fn what_programs_say_adds_up() {
        let mut verdict = Verdict::new(7);
        let progress = |what: &str, operations: u64, hung: u64| {
            format!(
                r#"{{"{what}":{{"operations":{operations},"succeeded":5,"seconds":2.0,
                   "counts":{{"hung":{hung},"wrong":0}},"errors":{{"E":1}},"kinds":{{"read":{operations}}}}}}}"#
            )
        };
        assert!(!said(&mut verdict, &progress("progress", 5, 0)));
        assert!(said(&mut verdict, &progress("report", 10, 0)));
        verdict.worker_ended();
        // The second one died: what it said last is what is known.
        assert!(!said(&mut verdict, &progress("progress", 6, 1)));
        verdict.find("uncaught", "it died");
        verdict.worker_ended();
        assert!(!verdict.is_verified());
        assert!(!said(&mut verdict, r#"{"verdict":{"doubled":0,"lost":2,"wrong":0,"nodes":30}}"#));
        assert!(verdict.is_verified() && !verdict.is_clean() && verdict.workers() == 2);
        assert_eq!(
            verdict.closing_line(),
            "storm: seed 7, 4 s, 16 operations (4/s), 10 succeeded; \
             hung 1, wrong 0, doubled 0, lost 2, leaked 0, uncaught 1"
        );
    }

    #[test]
    fn what_is_no_line_of_ours_is_only_shown() {
        let mut verdict = Verdict::new(1);
        assert!(!verdict.line(None, "hello") && !said(&mut verdict, "{") && verdict.is_clean());
    }
}
