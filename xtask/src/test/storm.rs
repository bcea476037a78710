//! A short storm with a fixed seed: each kind of finding that there must not be is a test.

use anyhow::Result;

use super::outcome::Outcome;
use crate::repo::Repo;
use crate::storm::{self, Request, Verdict};

/// Time enough for a server to be killed and to come back.
const SHORT: Request = Request { seconds: 30, seed: Some(12) };

pub(super) fn run(repo: &Repo) -> Result<Outcome> {
    Ok(judged(&storm::run(repo, SHORT)?))
}

fn judged(verdict: &Verdict) -> Outcome {
    let mut outcome = Outcome::default();
    for (kind, count) in verdict.findings() {
        match count {
            0 => outcome.pass(),
            _ => outcome.fail(format!("nothing is {kind}"), format!("{count}: {}", verdict.texts(kind).join("\n"))),
        }
    }
    // Where nothing works nothing can be lost either. On a slow machine much runs into its limits: that is no fault.
    match verdict.work() {
        (operations, succeeded) if succeeded * 10 > operations => outcome.pass(),
        work => outcome.fail("work succeeds", format!("operations, and those that did: {work:?}")),
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test::outcome::Counts;

    #[test]
    fn each_finding_is_a_test() {
        let mut verdict = Verdict::new(1);
        // Nothing was done: that is one that failed.
        assert_eq!(judged(&verdict).counts, Counts { passed: 6, failed: 1, ..Counts::default() });
        verdict.find("lost", "7 was done, and is not there");
        verdict.find("lost", "8 was done, and is not there");
        let outcome = judged(&verdict);
        assert_eq!(outcome.counts, Counts { passed: 5, failed: 2, ..Counts::default() });
        let (name, why) = &outcome.failures[0];
        assert_eq!((name.as_str(), &why[..3]), ("nothing is lost", "2: "));
    }
}
