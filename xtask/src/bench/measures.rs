//! Measurements as the runners print them, their medians, and how the drivers compare.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What was measured: where, how, on what, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) runtime: String,
    pub(super) endpoint: String,
    pub(super) what: String,
    pub(super) workload: String,
    pub(super) driver: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measure {
    pub(super) unit: String,
    /// Sorted.
    pub(super) samples: Vec<f64>,
    /// Why there are none.
    pub(super) missing: Option<String>,
}

impl Measure {
    fn median(&self) -> Option<f64> {
        quantile(&self.samples, 0.5)
    }
}

#[derive(Default)]
pub(super) struct Measures {
    all: BTreeMap<Key, Measure>,
}

impl Measures {
    /// A line of a runner.
    pub(super) fn add(&mut self, line: &Value) -> Result<()> {
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        let key = Key {
            runtime: text("runtime"),
            endpoint: text("endpoint"),
            what: text("what"),
            workload: text("workload"),
            driver: text("driver"),
        };
        let mut samples: Vec<f64> =
            line["samples"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        samples.sort_by(f64::total_cmp);
        let missing = line["missing"].as_str().map(str::to_owned);
        if samples.is_empty() && missing.is_none() {
            None.with_context(|| format!("a measurement without samples: {line}"))?;
        }
        self.all.insert(key, Measure { unit: text("unit"), samples, missing });
        Ok(())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Key, &Measure)> {
        self.all.iter()
    }

    pub(super) fn median(&self, key: &Key) -> Option<f64> {
        self.all.get(key)?.median()
    }

    /// For each workload that both have: how many times the second is the first, by medians.
    pub(super) fn ratios(
        &self,
        (one, one_driver): (&Key, &str),
        (two, two_driver): (&Key, &str),
    ) -> Vec<(String, f64)> {
        let of = |key: &Key, workload: &str, driver: &str| Key {
            workload: workload.to_owned(),
            driver: driver.to_owned(),
            ..key.clone()
        };
        let same = |key: &&Key| **key == of(one, &key.workload, one_driver);
        let workloads = self.all.keys().filter(same).map(|key| key.workload.clone());
        workloads
            .filter_map(|workload| {
                let first = self.median(&of(one, &workload, one_driver))?;
                let second = self.median(&of(two, &workload, two_driver))?;
                Some((workload, first / second))
            })
            .collect()
    }

    pub(super) fn to_json(&self) -> Value {
        let rows = self.all.iter().map(|(key, measure)| {
            let at = |part| quantile(&measure.samples, part);
            json!({
                "runtime": key.runtime, "endpoint": key.endpoint, "what": key.what, "workload": key.workload,
                "driver": key.driver, "unit": measure.unit, "missing": measure.missing, "samples": measure.samples.len(),
                "median": at(0.5), "low": at(0.1), "high": at(0.9),
            })
        });
        rows.collect()
    }
}

/// Of sorted numbers; between two of them by their distance.
fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let at = part * (sorted.len().checked_sub(1)? as f64);
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    Some(below + (above - below) * at.fract())
}

pub(super) fn geometric_mean(numbers: &[f64]) -> Option<f64> {
    if numbers.is_empty() {
        return None;
    }
    Some((numbers.iter().map(|number| number.ln()).sum::<f64>() / numbers.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_means() {
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[1.0, 2.0, 10.0], 0.5), Some(2.0));
        assert_eq!(quantile(&[1.0, 2.0], 0.5), Some(1.5));
        assert_eq!(geometric_mean(&[]), None);
        assert!((geometric_mean(&[2.0, 8.0]).unwrap() - 4.0).abs() < 1e-9);
    }

    #[test]
    fn ratios_are_of_workloads_that_both_have() {
        let mut measures = Measures::default();
        for (driver, workload, samples) in
            [("official", "a", [30.0, 10.0, 20.0]), ("ours", "a", [5.0, 5.0, 5.0]), ("official", "b", [1.0, 1.0, 1.0])]
        {
            let line = json!({ "runtime": "node", "endpoint": "memory", "what": "records", "workload": workload,
                "driver": driver, "unit": "ns/row", "samples": samples });
            measures.add(&line).unwrap();
        }
        let key = measures.iter().next().unwrap().0.clone();
        assert_eq!(measures.ratios((&key, "official"), (&key, "ours")), [("a".to_owned(), 4.0)]);
        assert!(measures.add(&json!({ "runtime": "node", "samples": [] })).is_err());
    }
}
