//! What the driver is held to: each bar with what was measured against it.

use serde_json::{Value, json};

use super::measures::{Key, Measures, geometric_mean};

/// How several workloads come to one number.
#[derive(Clone, Copy)]
enum Over {
    GeometricMean,
    Worst,
}

/// What a bar measures.
enum Of {
    /// The official driver's time by ours (or, where more is better, the other way round).
    Ratio { what: &'static str, endpoint: &'static str, against: (&'static str, &'static str), over: Over, more: bool },
    /// One number of ours, in its own unit.
    Own { what: &'static str, endpoint: &'static str, driver: &'static str },
}

pub(super) struct Bar {
    name: &'static str,
    runtime: &'static str,
    of: Of,
    limit: f64,
    /// Whether the limit is the least that will do, or the most.
    least: bool,
}

/// What became of a bar.
pub(super) struct Verdict {
    name: String,
    runtime: &'static str,
    limit: f64,
    least: bool,
    /// None where something that it takes does not exist yet or was not measured.
    value: Option<f64>,
    /// What it would be for a driver that takes no time beyond that of the WebSocket.
    ceiling: Option<f64>,
}

const fn ratio(
    name: &'static str,
    runtime: &'static str,
    endpoint: &'static str,
    what: &'static str,
    (driver, ours): (&'static str, &'static str),
    limit: f64,
) -> Bar {
    let of = Of::Ratio { what, endpoint, against: (driver, ours), over: Over::GeometricMean, more: false };
    Bar { name, runtime, of, limit, least: true }
}

const fn own(
    name: &'static str,
    runtime: &'static str,
    endpoint: &'static str,
    what: &'static str,
    driver: &'static str,
    limit: f64,
) -> Bar {
    Bar { name, runtime, of: Of::Own { what, endpoint, driver }, limit, least: false }
}

const fn worst(bar: Bar) -> Bar {
    let Of::Ratio { what, endpoint, against, more, .. } = bar.of else { return bar };
    Bar { of: Of::Ratio { what, endpoint, against, over: Over::Worst, more }, ..bar }
}

/// Queries a second.
const fn at_once(name: &'static str, what: &'static str, limit: f64) -> Bar {
    let of = Of::Ratio { what, endpoint: "real", against: ("ours", what), over: Over::GeometricMean, more: true };
    Bar { name, runtime: "node", of, limit, least: true }
}

const READING: &str = "latency, reading";
const RECORDS: (&str, &str) = ("ours", "records");
const BATCHES: (&str, &str) = ("ours", "batches");
const MAIN: &str = "main thread, records";
const CPU: &str = "CPU, records";
const CPU_RECORDS: (&str, &str) = ("ours", CPU);
const CPU_BATCHES: (&str, &str) = ("ours", "CPU, batches");

/// In Node.js, Deno and Bun both drivers go by TCP, in Chromium by WebSocket; a way of ours that no bar names is shown all
/// the same.
const BARS: [Bar; 25] = [
    ratio("decode only, records", "chromium", "memory", "records", RECORDS, 8.0),
    ratio("decode only, records", "node", "memory", "records", RECORDS, 6.0),
    ratio("decode only, batches()", "chromium", "memory", "records", BATCHES, 16.0),
    ratio("decode only, batches()", "node", "memory", "records", BATCHES, 11.0),
    ratio("replay, gathered frames, records", "chromium", "gathered", "records", RECORDS, 4.5),
    ratio("replay, gathered frames, batches()", "chromium", "gathered", "records", BATCHES, 6.0),
    worst(ratio("real server over TCP, CPU, the worst workload", "node", "real", CPU, CPU_RECORDS, 1.5)),
    ratio("real server over TCP, CPU", "node", "real", CPU, CPU_RECORDS, 4.0),
    ratio("real server over TCP, CPU, batches()", "node", "real", CPU, CPU_BATCHES, 6.0),
    worst(ratio("real server over TCP, the worst workload", "node", "real", "records", RECORDS, 1.0)),
    ratio("real server over TCP", "node", "real", "records", RECORDS, 1.4),
    ratio("real server over TCP, CPU", "deno", "real", CPU, CPU_RECORDS, 2.0),
    ratio("real server over TCP, CPU", "bun", "real", CPU, CPU_RECORDS, 2.0),
    ratio("real server, main thread", "chromium", "real", MAIN, ("ours", MAIN), 15.0),
    ratio("real server, executeQuery latency", "chromium", "real", "latency", ("ours", "latency"), 2.0),
    ratio("real server, executeQuery latency, reading", "chromium", "real", READING, ("ours", READING), 2.0),
    at_once("real server over TCP, 50 at once on a pool of 10", "concurrent", 1.4),
    at_once("real server over TCP, 50 at once on a pool of 10, reading", "concurrent, reading", 1.7),
    own("round trips beyond the least, all cells", "node", "least", "round trips", "ours", 0.0),
    own("round trips beyond the least, all cells", "chromium", "least", "round trips", "ours", 0.0),
    own("streaming 1,000,000 rows, heap growth in MB", "chromium", "gathered", "memory", "ours", 32.0),
    own("streaming 1,000,000 rows, heap growth in MB", "node", "gathered", "memory", "ours", 32.0),
    own("default entry, kB gzip", "any", "none", "size", "ours", 88.0),
    own("slim entry, kB gzip", "any", "none", "size", "ours-slim", 66.0),
    ratio("import to ready, by neo4j-driver-lite's", "chromium", "none", "start", ("ours", "start"), 4.0),
];

/// Every bar, met or not.
pub(super) fn held(measures: &Measures) -> Vec<Verdict> {
    BARS.iter().map(|bar| bar.held(measures)).collect()
}

impl Bar {
    fn held(&self, measures: &Measures) -> Verdict {
        Verdict {
            name: self.name.to_owned(),
            runtime: self.runtime,
            limit: self.limit,
            least: self.least,
            value: self.value(measures),
            ceiling: self.ceiling(measures),
        }
    }

    fn key(&self, endpoint: &str, what: &str, driver: &str) -> Key {
        Key {
            runtime: self.runtime.to_owned(),
            endpoint: endpoint.to_owned(),
            what: what.to_owned(),
            workload: String::new(),
            driver: driver.to_owned(),
        }
    }

    /// Known where the same frames were taken from the WebSocket and thrown away.
    fn ceiling(&self, measures: &Measures) -> Option<f64> {
        let Of::Ratio { what, endpoint, .. } = self.of else { return None };
        geometric_mean(&self.ratios(measures, endpoint, (what, "official"), (what, "socket alone")))
    }

    /// For each workload, how many times what the second driver took the first one has taken.
    fn ratios(
        &self,
        measures: &Measures,
        endpoint: &str,
        (what, rival): (&str, &str),
        (other, driver): (&str, &str),
    ) -> Vec<f64> {
        let (one, two) = (self.key(endpoint, what, rival), self.key(endpoint, other, driver));
        measures.ratios((&one, rival), (&two, driver)).into_iter().map(|(_, ratio)| ratio).collect()
    }

    fn value(&self, measures: &Measures) -> Option<f64> {
        match self.of {
            Of::Own { what, endpoint, driver } => {
                let found = measures.iter().find(|(found, _)| {
                    **found == Key { workload: found.workload.clone(), ..self.key(endpoint, what, driver) }
                })?;
                measures.median(found.0)
            }
            Of::Ratio { what, endpoint, against: (driver, other), over, more } => {
                // Nobody starts quicker than the smallest of the official packages.
                let rival = if what == "start" { "official-lite" } else { "official" };
                let mut ratios = self.ratios(measures, endpoint, (what, rival), (other, driver));
                if more {
                    ratios.iter_mut().for_each(|ratio| *ratio = 1.0 / *ratio);
                }
                match over {
                    Over::GeometricMean => geometric_mean(&ratios),
                    Over::Worst => ratios.into_iter().min_by(f64::total_cmp),
                }
            }
        }
    }
}

impl Verdict {
    /// Whether everything was measured that it takes.
    pub(super) fn is_known(&self) -> bool {
        self.value.is_some()
    }

    pub(super) fn is_met(&self) -> bool {
        self.value.is_some_and(|value| if self.least { value >= self.limit } else { value <= self.limit })
    }

    pub(super) fn line(&self) -> String {
        let sign = if self.least { "≥" } else { "≤" };
        let value = self.value.map_or_else(|| "missing".to_owned(), |value| format!("{value:.2}"));
        let mark = if self.is_met() { "met  " } else { "SHORT" };
        let ceiling = self.ceiling.map_or_else(String::new, |ceiling| format!(" (the socket alone: {ceiling:.2})"));
        format!("{mark} {value:>9}  {sign} {:<6} {:<9} {}{ceiling}", self.limit, self.runtime, self.name)
    }

    pub(super) fn to_json(&self) -> Value {
        json!({ "name": self.name, "runtime": self.runtime, "limit": self.limit, "least": self.least,
            "value": self.value, "ceiling": self.ceiling, "met": self.is_met() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measures(lines: &[(&str, &str, &str, &str, &str, f64)]) -> Measures {
        let mut measures = Measures::default();
        for &(runtime, endpoint, what, workload, driver, value) in lines {
            let line = json!({ "runtime": runtime, "endpoint": endpoint, "what": what, "workload": workload,
                "driver": driver, "unit": "x", "samples": [value] });
            measures.add(&line).unwrap();
        }
        measures
    }

    fn value(measures: &Measures, name: &str, runtime: &str) -> (Option<f64>, bool) {
        let verdicts = held(measures);
        let verdict = verdicts.iter().find(|one| one.name == name && one.runtime == runtime).unwrap();
        (verdict.value.map(|value| (value * 100.0).round() / 100.0), verdict.is_met())
    }

    #[test]
    fn each_kind_of_bar() {
        let measures = measures(&[
            ("node", "memory", "records", "a", "official", 120.0),
            ("node", "memory", "records", "a", "ours", 10.0),
            ("node", "memory", "batches", "a", "ours", 12.0),
            ("chromium", "gathered", "records", "a", "official", 120.0),
            ("chromium", "gathered", "records", "a", "ours", 20.0),
            ("chromium", "gathered", "records", "a", "socket alone", 10.0),
            ("node", "real", "CPU, records", "a", "official", 120.0),
            ("node", "real", "CPU, records", "a", "ours", 100.0),
            ("node", "real", "CPU, records", "a", "ours-ws", 1.0),
            ("node", "real", "CPU, records", "b", "official", 1_500.0),
            ("node", "real", "CPU, records", "b", "ours", 100.0),
            ("node", "real", "concurrent", "RETURN 1", "official", 500.0),
            ("node", "real", "concurrent", "RETURN 1", "ours", 1_500.0),
            ("node", "least", "round trips", "all", "ours", 0.0),
            ("chromium", "none", "start", "import", "official-lite", 30.0),
            ("chromium", "none", "start", "import", "ours", 10.0),
            ("any", "none", "size", "bytes", "ours", 80.0),
        ]);
        assert_eq!(value(&measures, "decode only, records", "node"), (Some(12.0), true));
        assert_eq!(value(&measures, "decode only, batches()", "node"), (Some(10.0), false));
        assert_eq!(value(&measures, "replay, gathered frames, records", "chromium"), (Some(6.0), true));
        let verdicts = held(&measures);
        let ceilings: Vec<_> = verdicts.iter().filter_map(|one| Some((one.name.as_str(), one.ceiling?))).collect();
        let (records, batches) = ("replay, gathered frames, records", "replay, gathered frames, batches()");
        assert_eq!(ceilings, [(records, 12.0), (batches, 12.0)]);
        assert_eq!(value(&measures, "real server over TCP, CPU, the worst workload", "node"), (Some(1.2), false));
        assert_eq!(value(&measures, "real server over TCP, CPU", "node"), (Some(4.24), true));
        assert_eq!(value(&measures, "real server over TCP, 50 at once on a pool of 10", "node"), (Some(3.0), true));
        assert_eq!(value(&measures, "round trips beyond the least, all cells", "node"), (Some(0.0), true));
        assert_eq!(value(&measures, "import to ready, by neo4j-driver-lite's", "chromium"), (Some(3.0), false));
        assert_eq!(value(&measures, "default entry, kB gzip", "any"), (Some(80.0), true));
        assert_eq!(value(&measures, "slim entry, kB gzip", "any"), (None, false));
        assert!(!held(&Measures::default()).iter().any(Verdict::is_met));
    }
}
