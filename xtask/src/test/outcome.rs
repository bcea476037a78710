//! What tests came to: counts, and lines about those that failed or were skipped.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// Browsers that died on the way and were started again.
    pub(crate) restarts: usize,
}

impl Counts {
    pub(crate) fn total(self) -> usize {
        self.passed + self.failed + self.skipped
    }

    /// For the end of a line: nothing where no browser was started again.
    pub(crate) fn restarted(self) -> String {
        match self.restarts {
            0 => String::new(),
            times => format!(", browsers that died and were started again: {times}"),
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Counts) {
        self.passed += more.passed;
        self.failed += more.failed;
        self.skipped += more.skipped;
        self.restarts += more.restarts;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped{}", self.passed, self.failed, self.skipped, self.restarted())
    }
}

/// The result of one run of tests.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) counts: Counts,
    /// One entry per failed test: its name, and the lines that say why, until they are shown.
    pub(crate) failures: Vec<(String, String)>,
    /// Reasons, with how many tests were skipped for each.
    pub(crate) skips: BTreeMap<String, usize>,
    /// Milliseconds until the package could be used, where that was measured.
    pub(crate) start_up: Option<f64>,
}

impl Outcome {
    pub(crate) fn pass(&mut self) {
        self.counts.passed += 1;
    }

    pub(crate) fn fail(&mut self, name: impl Into<String>, why: impl Into<String>) {
        self.counts.failed += 1;
        let why: String = why.into();
        self.failures.push((name.into(), if why.is_empty() { "(no message)".to_owned() } else { why }));
    }

    pub(crate) fn skip(&mut self, reason: &str) {
        self.counts.skipped += 1;
        *self.skips.entry(reason.to_owned()).or_default() += 1;
    }

    /// Nothing could be run at all.
    pub(crate) fn broken(name: &str, why: &anyhow::Error) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.fail(name, format!("{why:#}"));
        outcome
    }

    pub(crate) fn absorb(&mut self, other: Outcome) {
        self.counts += other.counts;
        self.failures.extend(other.failures);
        for (reason, count) in other.skips {
            *self.skips.entry(reason).or_default() += count;
        }
    }

    /// Prints failures in full, and each reason for skipping once. What remains is counts, and names without words: those
    /// were told.
    pub(crate) fn shown(self, title: &str, seconds: f64) -> Outcome {
        for (name, why) in self.failures.iter().filter(|(_, why)| !why.is_empty()) {
            println!("FAILED {title}: {name}");
            for line in why.trim_end().lines() {
                println!("    {line}");
            }
        }
        for (reason, count) in &self.skips {
            println!("skipped {title}: {count} × {reason}");
        }
        println!("{title}: {} ({seconds:.1} s)", self.counts);
        let names = self.failures.into_iter().map(|(name, why)| match why.is_empty() {
            true => (name, why),
            false => (format!("{title}: {name}"), String::new()),
        });
        Outcome { failures: names.collect(), skips: BTreeMap::new(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_add_up() {
        let mut all = Outcome::default();
        all.pass();
        all.skip("no JDK");
        let mut more = Outcome::broken("start", &anyhow::anyhow!("inner").context("outer"));
        more.skip("no JDK");
        all.absorb(more);
        assert_eq!(all.counts, Counts { passed: 1, failed: 1, skipped: 2, restarts: 0 });
        assert_eq!(all.counts.to_string(), "1 passed, 1 failed, 2 skipped");
        assert_eq!(all.failures, [("start".to_owned(), "outer: inner".to_owned())]);
        assert_eq!(all.skips["no JDK"], 2);
        let told = all.shown("live", 0.0).shown("kind", 0.0);
        assert_eq!(told.failures, [("live: start".to_owned(), String::new())]);
        assert_eq!(told.counts.total(), 4);
    }
}
