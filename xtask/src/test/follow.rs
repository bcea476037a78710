//! Follows what a runner of suites prints. One that breaks off or says nothing more costs the suite it was at: the test
//! under way has failed, by name, and another runner goes on with the next suite. A browser that has died is started again
//! once, with the suite that it was at.

use std::process::Child;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use super::js::Run;
use super::outcome::Outcome;
use crate::server::lines_of;

const MARK: &str = "@test ";
/// While no test is under way: a browser starts, a page loads.
const SILENCE: Duration = Duration::from_secs(300);
/// Beyond what a test and its cleanups may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// More than a runner takes to find out who still answers.
const LAST_WORDS: Duration = Duration::from_secs(30);
/// Runners that broke off or hung, of one command: no more are started than that.
const MOST_BROKEN: usize = 3;
/// Who is silent when the browser is, as tests/harness/run-browser.mjs says it.
const BROWSER: &str = "the browser";

#[derive(Debug, PartialEq)]
enum End {
    Whole,
    Broken,
    Silent(Duration),
}

/// How to go on with a runner that did not get to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Next {
    SameSuite,
    NextSuite,
}

struct UnderWay {
    suite: String,
    name: String,
    limit: Duration,
    since: Instant,
}

/// What runners have said, over all that were started for the same runs.
pub(crate) struct Progress {
    ended: Vec<Outcome>,
    /// Of the run under way: suites that have ended, and the one that has not.
    outcome: Outcome,
    suite: Outcome,
    at: String,
    under_way: Option<UnderWay>,
    last_line: String,
    done: bool,
    died: Option<String>,
    silent: Option<String>,
    broken: usize,
    restarted: bool,
    patience: Duration,
    /// Where the tests were found, taken out of stack traces: what is left is the path in the clone.
    places: Vec<String>,
}

impl Progress {
    pub(crate) fn new(places: Vec<String>) -> Progress {
        Progress {
            ended: Vec::new(),
            outcome: Outcome::default(),
            suite: Outcome::default(),
            at: String::new(),
            under_way: None,
            last_line: String::new(),
            done: false,
            died: None,
            silent: None,
            broken: 0,
            restarted: false,
            patience: PATIENCE,
            places,
        }
    }

    /// Reads a runner to its end; how to go on, where it was not the end of all.
    pub(crate) fn follow(&mut self, child: Child) -> Result<Option<Next>> {
        (self.done, self.under_way, self.died, self.silent) = (false, None, None, None);
        let end = self.read(child)?;
        Ok(self.judge(&end))
    }

    fn read(&mut self, mut child: Child) -> Result<End> {
        // Held open: its end is how the runner learns that we are gone, or have waited in vain.
        let mut input = child.stdin.take();
        let lines = lines_of(child.stdout.take().context("the runner has no output")?);
        let mut silent = None;
        loop {
            let limit = if silent.is_some() { LAST_WORDS } else { self.limit() };
            match lines.recv_timeout(limit) {
                Ok(line) => self.line(&line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) if silent.is_none() => {
                    silent = Some(limit);
                    // It says who still answers, and ends its browser, which nobody else can.
                    drop(input.take());
                }
                Err(RecvTimeoutError::Timeout) => {
                    child.kill()?;
                    break;
                }
            }
        }
        let succeeded = child.wait()?.success();
        Ok(match silent {
            Some(limit) => End::Silent(limit),
            None if self.done && succeeded => End::Whole,
            None => End::Broken,
        })
    }

    /// How long nothing may be heard.
    fn limit(&self) -> Duration {
        self.under_way.as_ref().map_or(SILENCE, |test| 2 * test.limit + self.patience)
    }

    fn line(&mut self, line: &str) {
        let result = line.strip_prefix(MARK).and_then(|json| serde_json::from_str::<Value>(json).ok());
        let Some(result) = result else {
            println!("  | {line}");
            line.clone_into(&mut self.last_line);
            return;
        };
        let text = |key: &str| result[key].as_str().unwrap_or_default();
        if !text("suite").is_empty() && text("suite") != self.at {
            self.end_suite();
            text("suite").clone_into(&mut self.at);
        }
        if text("status") == "begun" {
            let limit = Duration::from_millis(result["limit"].as_u64().unwrap_or_default());
            let (suite, name) = (text("suite").to_owned(), text("name").to_owned());
            self.under_way = Some(UnderWay { suite, name, limit, since: Instant::now() });
            return;
        }
        match text("status") {
            "passed" => self.suite.pass(),
            "skipped" => self.suite.skip(text("reason")),
            "failed" => {
                let error = self.places.iter().fold(text("error").to_owned(), |error, place| error.replace(place, ""));
                self.suite.fail(format!("{} › {}", text("suite"), text("name")), error);
            }
            _ if result["startUp"].is_number() => self.outcome.start_up = result["startUp"].as_f64(),
            _ if result["ran"] == true => {
                self.end_suite();
                self.ended.push(std::mem::take(&mut self.outcome));
            }
            _ if result["died"].is_string() => self.died = Some(text("died").to_owned()),
            _ if result["silent"].is_string() => self.silent = Some(text("silent").to_owned()),
            _ => self.done |= result["done"] == true,
        }
        // What comes after a death says nothing of where it happened.
        if self.died.is_none() && self.silent.is_none() {
            self.under_way = None;
        }
    }

    fn end_suite(&mut self) {
        self.outcome.absorb(std::mem::take(&mut self.suite));
        self.at.clear();
    }

    fn judge(&mut self, end: &End) -> Option<Next> {
        if *end == End::Whole {
            return None;
        }
        let is_silent = self.silent.as_deref() == Some(BROWSER);
        let is_dead = self.died.is_some() || is_silent;
        if is_dead && !self.restarted {
            let why = self.died.as_deref().unwrap_or("it does not answer");
            println!("  | the browser has died {}, and is started again: {why}", self.place());
            self.restarted = true;
            // What it has told of that suite will be told again.
            self.suite = Outcome::default();
            self.suite.counts.restarts = 1;
            return Some(Next::SameSuite);
        }
        let name =
            self.under_way.as_ref().map_or("(the run)".to_owned(), |test| format!("{} › {}", test.suite, test.name));
        let why = self.why(end);
        self.suite.fail(name, why);
        self.broken += 1;
        let goes_on = !self.at.is_empty() && self.broken < MOST_BROKEN && !is_dead;
        goes_on.then_some(Next::NextSuite)
    }

    fn place(&self) -> String {
        match &self.under_way {
            Some(test) => format!("at {} › {}, after {} s", test.suite, test.name, test.since.elapsed().as_secs()),
            None if self.at.is_empty() => "before its first test".to_owned(),
            None => format!("at {}", self.at),
        }
    }

    fn why(&self, end: &End) -> String {
        let what = match (&self.died, end) {
            (Some(why), _) => format!("the browser has died once more: {why}"),
            (None, End::Silent(limit)) => {
                let who = self.silent.as_deref().unwrap_or("the runner, which does not end either");
                format!("nothing was heard for {} s; what says nothing is {who}", limit.as_secs())
            }
            (None, _) => "the runner ended before its last test".to_owned(),
        };
        let last =
            if self.last_line.is_empty() { String::new() } else { format!("\nthe last line: {}", self.last_line) };
        format!("{what} ({}){last}", self.place())
    }

    /// The runs that are left, without suites that have ended.
    pub(crate) fn rest<'a>(&self, runs: &[Run<'a>], next: Next) -> Vec<Run<'a>> {
        let mut left = runs[self.ended.len()..].to_vec();
        if let Some(run) = left.first_mut()
            && let Some(at) = run.suites.iter().position(|suite| *suite == self.at)
        {
            run.suites.drain(..at + usize::from(next == Next::NextSuite));
        }
        left
    }

    /// An outcome for each of so many runs.
    pub(crate) fn end(mut self, runs: usize) -> Vec<Outcome> {
        self.end_suite();
        let mut left = self.outcome;
        let all_ended = self.ended.len() == runs;
        match self.ended.last_mut() {
            // A runner that came to its last test, and then not to its own end.
            Some(last) if all_ended => last.absorb(left),
            _ => {
                if left.counts.failed == 0 {
                    left.fail("(the run)", "the runner ended before its last test");
                }
                self.ended.push(left);
            }
        }
        let missing = anyhow!("it was not begun, or not to its end: see the run before");
        self.ended.resize_with(runs.max(self.ended.len()), || Outcome::broken("(the run)", &missing));
        self.ended
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use serde_json::json;

    use super::*;
    use crate::runtimes::Form;
    use crate::test::outcome::Counts;

    /// A runner that says so; the rest is a shell's.
    fn runner(lines: &[&str], then: &str) -> Child {
        let script = format!("cat <<'END'\n{}\nEND\n{then}", lines.join("\n"));
        Command::new("sh").args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    }

    fn progress() -> Progress {
        Progress { patience: Duration::from_millis(300), ..Progress::new(vec!["file:///tmp/x/".into()]) }
    }

    fn rest(progress: &Progress, next: Next) -> Vec<Vec<String>> {
        let suites = ["a", "b", "c"].map(str::to_owned).to_vec();
        let run = Run { form: Form::Module, suites, env: &json!({}), skip_all: None };
        progress.rest(&[run.clone(), run], next).into_iter().map(|run| run.suites).collect()
    }

    const BEGUN: &str = r#"@test {"suite":"b","name":"two","status":"begun","limit":10}"#;
    const PASSED: [&str; 2] = [
        r#"@test {"suite":"a","name":"one","status":"passed","ms":1}"#,
        r#"@test {"suite":"b","name":"one","status":"passed","ms":1}"#,
    ];
    const REST: [&str; 2] = [r#"@test {"suite":"c","name":"one","status":"passed"}"#, r#"@test {"ran":true}"#];
    const DONE: [&str; 2] = [r#"@test {"ran":true}"#, r#"@test {"done":true}"#];

    #[test]
    fn a_runners_lines() {
        let mut progress = progress();
        let lines = [
            r#"@test {"startUp":1.5}"#,
            r#"@test {"suite":"a","name":"one","status":"begun","limit":60000}"#,
            r#"@test {"suite":"a","name":"one","status":"passed","ms":1}"#,
            r#"@test {"suite":"a","name":"two","status":"skipped","reason":"why"}"#,
            r#"@test {"suite":"b","name":"three","status":"failed","error":"E: x\n at file:///tmp/x/tests/a.js:1"}"#,
            r#"@test {"ran":true}"#,
            r#"@test {"suite":"b","name":"one","status":"passed","ms":1}"#,
        ];
        let child = runner(&[&lines[..], &DONE].concat(), "");
        assert_eq!(progress.follow(child).unwrap(), None);
        let outcomes = progress.end(2);
        assert_eq!(outcomes[0].counts, Counts { passed: 1, failed: 1, skipped: 1, restarts: 0 });
        assert_eq!(outcomes[0].start_up, Some(1.5));
        assert_eq!(outcomes[0].failures, [("b › three".to_owned(), "E: x\n at tests/a.js:1".to_owned())]);
        assert_eq!(outcomes[1].counts, Counts { passed: 1, ..Counts::default() });
        assert_eq!(outcomes.len(), 2);
    }

    #[test]
    fn a_test_that_blocks_is_named_and_the_next_suite_runs() {
        let mut progress = progress();
        let last_words = r#"read end; echo '@test {"silent":"a worker of the page, which answers itself"}'; exit 1"#;
        let next = progress.follow(runner(&[&PASSED[..], &["odd", BEGUN]].concat(), last_words)).unwrap();
        assert_eq!(next, Some(Next::NextSuite));
        assert_eq!(rest(&progress, Next::NextSuite), [vec!["c"], vec!["a", "b", "c"]]);
        assert_eq!(progress.follow(runner(&[&REST[..], &PASSED, &DONE].concat(), "")).unwrap(), None);
        let outcomes = progress.end(2);
        assert_eq!(outcomes[0].counts, Counts { passed: 3, failed: 1, ..Counts::default() });
        let (name, why) = &outcomes[0].failures[0];
        assert_eq!(name, "b › two");
        for part in ["nothing was heard for", "a worker of the page", "at b › two, after", "the last line: odd"] {
            assert!(why.contains(part), "{part} is not in {why}");
        }
        assert_eq!(outcomes[1].counts, Counts { passed: 2, ..Counts::default() });
    }

    #[test]
    fn a_browser_that_dies_is_started_again_once() {
        let died = r#"@test {"died":"it has closed the connection"}"#;
        let mut progress = progress();
        let next = progress.follow(runner(&[&PASSED[..], &[BEGUN, died]].concat(), "exit 1")).unwrap();
        assert_eq!(next, Some(Next::SameSuite));
        assert_eq!(rest(&progress, Next::SameSuite), [vec!["b", "c"], vec!["a", "b", "c"]]);
        // The same suite, told again, counts once; and the second death is one too many.
        let next = progress.follow(runner(&[PASSED[1], BEGUN, died], "exit 1")).unwrap();
        assert_eq!(next, None);
        let outcomes = progress.end(2);
        assert_eq!(outcomes[0].counts, Counts { passed: 2, failed: 1, skipped: 0, restarts: 1 });
        let (name, why) = &outcomes[0].failures[0];
        assert!(name == "b › two" && why.contains("once more: it has closed the connection"), "{name}: {why}");
        assert_eq!(outcomes[1].counts, Counts { failed: 1, ..Counts::default() });
    }

    #[test]
    fn a_browser_that_answers_nothing_has_died() {
        let mut progress = progress();
        let last_words = r#"read end; echo '@test {"silent":"the browser"}'; exit 1"#;
        assert_eq!(progress.follow(runner(&[BEGUN], last_words)).unwrap(), Some(Next::SameSuite));
        assert_eq!(progress.follow(runner(&[PASSED[1], REST[0], REST[1], DONE[1]], "")).unwrap(), None);
        assert_eq!(progress.end(1)[0].counts, Counts { passed: 2, restarts: 1, ..Counts::default() });
    }

    #[test]
    fn a_run_that_broke_off_fails() {
        let failed = |lines: &[&str], then| {
            let mut progress = progress();
            let next = progress.follow(runner(lines, then)).unwrap();
            (next, progress.end(1).last().unwrap().counts.failed)
        };
        assert_eq!(failed(&DONE, ""), (None, 0));
        assert_eq!(failed(&DONE, "exit 1"), (None, 1));
        assert_eq!(failed(&DONE[..1], ""), (None, 1));
        assert_eq!(failed(&DONE[1..], ""), (None, 1));
        assert_eq!(failed(&[], "exit 1"), (None, 1));
        assert_eq!(failed(&[BEGUN], "exit 1"), (Some(Next::NextSuite), 1));
    }

    #[test]
    fn runners_that_break_off_again_and_again_are_left() {
        let mut progress = progress();
        let mut follow = || progress.follow(runner(&[BEGUN], "exit 1")).unwrap();
        assert_eq!([follow(), follow(), follow()], [Some(Next::NextSuite), Some(Next::NextSuite), None]);
    }
}
