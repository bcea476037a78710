//! What the terminal shows: medians side by side, and how many times ours is the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::measures::{Key, Measures};

/// One line as it comes, so that a long run is seen to go on.
pub(super) fn progress(said: &Value) {
    let text = |name: &str| said[name].as_str().unwrap_or_default();
    let mut samples: Vec<f64> = said["samples"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    samples.sort_by(f64::total_cmp);
    let value =
        samples.get(samples.len() / 2).map_or_else(|| format!("missing: {}", text("missing")), |one| shown(*one));
    let names = ["endpoint", "workload", "driver", "what"].map(text).join(" · ");
    println!("  {names}: {value} {}", text("unit"));
}

/// A table for each thing measured: workloads down, drivers across.
pub(super) fn print(measures: &Measures) {
    let mut tables: BTreeMap<(&str, &str, &str), Vec<&Key>> = BTreeMap::new();
    for (key, _) in measures.iter() {
        tables.entry((&key.runtime, &key.endpoint, &key.what)).or_default().push(key);
    }
    for ((runtime, endpoint, what), keys) in tables {
        let drivers: BTreeSet<&str> = keys.iter().map(|key| key.driver.as_str()).collect();
        let workloads: BTreeSet<&str> = keys.iter().map(|key| key.workload.as_str()).collect();
        println!("\n{runtime}, {endpoint}: {what}");
        let heads: String = drivers.iter().map(|driver| format!("{driver:>18}")).collect();
        println!("{:<12}{heads}", "");
        for workload in workloads {
            let cells = drivers.iter().map(|driver| {
                let key = Key { workload: workload.to_owned(), driver: (*driver).to_owned(), ..keys[0].clone() };
                format!("{:>18}", measures.median(&key).map_or_else(|| "-".to_owned(), shown))
            });
            println!("{:<12}{}", workload.chars().take(11).collect::<String>(), cells.collect::<String>());
        }
    }
}

/// Three figures that matter.
fn shown(number: f64) -> String {
    match number.abs() {
        large if large >= 100.0 => format!("{number:.0}"),
        middle if middle >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn three_figures() {
        assert_eq!([shown(1234.5), shown(12.34), shown(0.456)], ["1234", "12.3", "0.46"]);
    }
}
