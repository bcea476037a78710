//! What the tests came to on one driver, and beside the other.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::test::outcome::Counts;

#[derive(Default)]
pub(super) struct Verdict {
    /// By the tests' full names: nothing where it passed, else why not.
    tests: BTreeMap<String, Option<String>>,
    skipped: usize,
    begun: String,
    is_whole: bool,
}

impl Verdict {
    /// As run.mjs says it.
    pub(super) fn line(&mut self, said: &Value) {
        let text = |key: &str| said[key].as_str().unwrap_or_default().to_owned();
        match said["status"].as_str() {
            Some("passed") => self.add(text("name"), None),
            Some("pending") => self.skipped += 1,
            Some(_) => self.add(text("name"), Some(text("why"))),
            None if said["done"].is_string() => self.is_whole = true,
            None => self.begun = text("begun"),
        }
    }

    /// Of several by one name the one that failed counts.
    pub(super) fn add(&mut self, name: String, why: Option<String>) {
        let known = self.tests.entry(name).or_default();
        *known = known.take().or(why);
    }

    /// Whether its last line came.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    pub(super) fn under_way(&self) -> &str {
        &self.begun
    }

    pub(super) fn counts(&self) -> Counts {
        let failed = self.tests.values().flatten().count();
        Counts { passed: self.tests.len() - failed, failed, skipped: self.skipped, restarts: 0 }
    }

    fn passed(&self, name: &str) -> bool {
        matches!(self.tests.get(name), Some(None))
    }

    /// What fails here and passes there.
    fn alone<'a>(&'a self, other: &'a Verdict) -> impl Iterator<Item = (&'a str, &'a str)> {
        let failed = self.tests.iter().filter_map(|(name, why)| Some((name.as_str(), why.as_deref()?)));
        failed.filter(|(name, _)| other.passed(name))
    }

    /// What passes there and was not even run here.
    fn missing<'a>(&'a self, other: &'a Verdict) -> impl Iterator<Item = (&'a str, &'a str)> {
        let passed = other.tests.keys().filter(|name| other.passed(name) && !self.tests.contains_key(*name));
        passed.map(|name| (name.as_str(), "it was not run"))
    }
}

/// Prints what only one of them fails; true when that is never ours, internals aside.
pub(super) fn close(official: &Verdict, ours: &Verdict, internals: &BTreeMap<String, String>) -> bool {
    show("only the official driver fails", official.alone(ours));
    let (known, open): (Vec<_>, Vec<_>) =
        ours.alone(official).chain(ours.missing(official)).partition(|(name, _)| reason(internals, name).is_some());
    show("reaches into internals", known.iter().map(|(name, _)| (*name, reason(internals, name).unwrap_or_default())));
    show("only ours fails", open.iter().copied());
    println!("official: official: {}; ours: {}", official.counts(), ours.counts());
    println!("official: only ours fails {}, and {} for internals", open.len(), known.len());
    open.is_empty()
}

/// By its name, or by a beginning that ends in `…`.
fn reason<'a>(internals: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    let begins = |key: &str| key.strip_suffix('…').is_some_and(|begin| name.starts_with(begin));
    internals.iter().find(|(key, _)| *key == name || begins(key)).map(|(_, why)| why.as_str())
}

fn show<'a>(title: &str, tests: impl Iterator<Item = (&'a str, &'a str)>) {
    for (name, why) in tests {
        println!("{title}: {name}");
        for line in why.trim_end().lines().take(12) {
            println!("    {line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn verdict(tests: &[(&str, &str)]) -> Verdict {
        let mut verdict = Verdict::default();
        for (name, status) in tests {
            verdict.line(&json!({ "begun": name }));
            verdict.line(&json!({ "name": name, "status": status, "why": "x" }));
        }
        verdict
    }

    #[test]
    fn only_what_the_other_passes_counts() {
        let official = verdict(&[("a", "passed"), ("b", "failed"), ("c", "passed"), ("d", "pending")]);
        let internals = BTreeMap::from([("c…".to_owned(), "why".to_owned())]);
        let judged = |ours: &[(&str, &str)]| close(&official, &verdict(ours), &internals);
        assert!(judged(&[("a", "passed"), ("b", "failed"), ("c", "failed"), ("d", "failed")]));
        assert!(!judged(&[("a", "failed"), ("b", "passed"), ("c", "passed")]));
        // A suite that did not load.
        assert!(!judged(&[("b", "passed"), ("c", "passed")]));
    }

    #[test]
    fn a_name_that_is_used_twice_fails_with_either() {
        for order in [["failed", "passed"], ["passed", "failed"]] {
            let twice = verdict(&[("a", order[0]), ("a", order[1])]);
            assert_eq!((twice.counts().failed, twice.is_whole(), twice.under_way()), (1, false, "a"));
        }
        let mut whole = Verdict::default();
        whole.line(&json!({ "done": "passed" }));
        assert!(whole.is_whole());
    }
}
