//! What the terminal shows: medians side by side, and how many times ours is the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::measures::{Key, Measures, geometric_mean};

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

/// A table for each thing measured: workloads down, drivers across, and how many times ours the official one is.
pub(super) fn print(measures: &Measures) {
    let mut tables: BTreeMap<(&str, &str, &str), Vec<&Key>> = BTreeMap::new();
    for (key, _) in measures.iter() {
        tables.entry((&key.runtime, &key.endpoint, &key.what)).or_default().push(key);
    }
    for ((runtime, endpoint, what), keys) in tables {
        println!("\n{runtime}, {endpoint}: {what}");
        for line in lines(measures, &keys) {
            println!("{line}");
        }
    }
}

/// Of keys that differ by workload and driver.
fn lines(measures: &Measures, keys: &[&Key]) -> Vec<String> {
    let drivers: BTreeSet<&str> = keys.iter().map(|key| key.driver.as_str()).collect();
    let workloads: BTreeSet<&str> = keys.iter().map(|key| key.workload.as_str()).collect();
    let rivals: Vec<&str> = match drivers.contains("official") && keys[0].what != "round trips" {
        true => drivers.iter().copied().filter(|driver| driver.starts_with("ours")).collect(),
        false => Vec::new(),
    };
    let of = |workload: &str, driver: &str| {
        measures.median(&Key { workload: workload.to_owned(), driver: driver.to_owned(), ..keys[0].clone() })
    };
    let ratio = |workload: &str, driver: &str| Some(of(workload, "official")? / of(workload, driver)?);
    let heads = drivers.iter().map(|driver| (*driver).to_owned());
    let heads: Vec<String> = heads.chain(rivals.iter().map(|driver| format!("official ÷ {driver}"))).collect();
    let wide = workloads.iter().map(|name| name.chars().count()).max().unwrap_or(0).clamp(14, 40);
    let line = |title: &str, cells: Vec<String>| {
        let title: String = title.chars().take(wide).collect();
        let cells = cells.iter().zip(&heads).map(|(cell, head)| format!("{cell:>0$}", head.chars().count().max(8) + 2));
        format!("{title:<wide$}{}", cells.collect::<String>())
    };
    let mut lines = vec![line("", heads.clone())];
    for workload in &workloads {
        let cells = drivers.iter().map(|driver| of(workload, driver));
        let cells = cells.chain(rivals.iter().map(|driver| ratio(workload, driver)));
        lines.push(line(workload, cells.map(|cell| cell.map_or_else(|| "-".to_owned(), shown)).collect()));
    }
    let means: Vec<String> = rivals
        .iter()
        .map(|driver| workloads.iter().filter_map(|workload| ratio(workload, driver)).collect::<Vec<_>>())
        .map(|ratios| geometric_mean(&ratios).map_or_else(|| "-".to_owned(), shown))
        .collect();
    if workloads.len() > 1 && !means.is_empty() {
        lines.push(line("geometric mean", [vec![String::new(); drivers.len()], means].concat()));
    }
    lines
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
    use serde_json::json;

    use super::*;

    #[test]
    fn three_figures() {
        assert_eq!([shown(1234.5), shown(12.34), shown(0.456)], ["1234", "12.3", "0.46"]);
    }

    #[test]
    fn ratios_stand_beside_what_they_are_of() {
        let mut measures = Measures::default();
        for (driver, workload, value) in
            [("official", "a", 80.0), ("official", "b", 20.0), ("ours", "a", 10.0), ("ours", "b", 10.0)]
        {
            let line = json!({ "runtime": "node", "endpoint": "real", "what": "records", "workload": workload,
                "driver": driver, "unit": "ns/row", "samples": [value] });
            measures.add(&line).unwrap();
        }
        let keys: Vec<&Key> = measures.iter().map(|(key, _)| key).collect();
        let words = |line: &String| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        let lines: Vec<String> = lines(&measures, &keys).iter().map(words).collect();
        let expected = ["official ours official ÷ ours", "a 80.0 10.0 8.00", "b 20.0 10.0 2.00", "geometric mean 4.00"];
        assert_eq!(lines, expected);
    }
}
