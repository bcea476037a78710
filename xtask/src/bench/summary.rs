//! The tables of README.md: how many times longer the official driver takes, and how many round trips each of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::measures::{Key, Measures, geometric_mean};

const BEGIN: &str = "<!-- measured: `cargo xtask bench --publish` writes what is between these lines -->\n";
const END: &str = "<!-- /measured -->";

/// A row of the first table: its title, where it was measured, whose it is, and what stands for the processor there.
const ROWS: [(&str, &str, &str, &str); 5] = [
    ("Node, TCP both", "node", "ours", "CPU, "),
    ("Node, the official driver by TCP, this one by WebSocket", "node", "ours-ws", "CPU, "),
    ("Deno, TCP both", "deno", "ours", "CPU, "),
    ("Bun, TCP both", "bun", "ours", "CPU, "),
    ("Chromium, WebSocket both; the CPU is the page's main thread", "chromium", "ours", "main thread, "),
];
/// The columns of the last table: where it was counted, and whose they are.
const COUNTED: [(&str, &str, &str); 6] = [
    ("official, TCP", "node", "official"),
    ("ours", "node", "ours"),
    ("ours, version known", "node", "ours, version known"),
    ("official, page", "chromium", "official"),
    ("ours", "chromium", "ours"),
    ("ours, version known", "chromium", "ours, version known"),
];

/// What was measured, as Markdown; what was not is left out.
pub(super) fn tables(measures: &Measures, outcome: &Value) -> String {
    let tables = [compared(measures), at_once(measures), counted(measures)];
    let about = about(outcome);
    [vec![about], tables.into_iter().flatten().collect()].concat().join("\n\n") + "\n"
}

/// Puts them in their place in a text.
pub(super) fn publish(file: &Path, tables: &str) -> Result<()> {
    let text = fs::read_to_string(file)?;
    fs::write(file, replaced(&text, tables).with_context(|| format!("{} has no place for tables", file.display()))?)?;
    Ok(())
}

fn replaced(text: &str, tables: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{tables}{END}{after}"))
}

fn about(outcome: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let (versions, machine, run) = (&outcome["versions"], &outcome["machine"], &outcome["run"]);
    format!(
        "neo4j-driver {} and this one beside Neo4j {} on one machine ({}, {} cores), {}; medians of {} rounds, drivers in turn.",
        text(&versions["neo4j-driver"]),
        text(&versions["neo4j"]),
        text(&machine["processor"]),
        machine["cores"],
        text(&outcome["date"]),
        run["rounds"],
    )
}

fn key(runtime: &str, endpoint: &str, what: &str) -> Key {
    Key {
        runtime: runtime.to_owned(),
        endpoint: endpoint.to_owned(),
        what: what.to_owned(),
        workload: String::new(),
        driver: String::new(),
    }
}

fn compared(measures: &Measures) -> Option<String> {
    let rows = ROWS.iter().filter_map(|(title, runtime, driver, processor)| {
        let ratios = |official: &str, ours: &str| -> Vec<f64> {
            let (official, ours) = (key(runtime, "real", official), key(runtime, "real", ours));
            measures.ratios((&official, "official"), (&ours, driver)).into_iter().map(|(_, ratio)| ratio).collect()
        };
        let [cpu, batches] = ["records", "batches"].map(|what| format!("{processor}{what}"));
        let wall = cell(&ratios("records", "records"))?;
        let cells = [cell(&ratios(&cpu, &cpu)), cell(&ratios(&cpu, &batches))];
        let [cpu, batches] = cells.map(|cell| cell.unwrap_or_else(|| "–".to_owned()));
        Some(format!("| {title} | {wall} | {cpu} | {batches} |"))
    });
    table(&["official ÷ ours, mean (worst of 9 kinds of rows)", "time", "CPU", "CPU, `batches()`"], rows.collect())
}

/// The mean of ratios, and the worst of them.
fn cell(ratios: &[f64]) -> Option<String> {
    let worst = ratios.iter().copied().min_by(f64::total_cmp)?;
    Some(format!("{:.1} ({worst:.1})", geometric_mean(ratios)?))
}

fn at_once(measures: &Measures) -> Option<String> {
    let rows = [("read", "concurrent, reading"), ("may write", "concurrent")].iter().filter_map(|(title, what)| {
        let of = |driver: &str| {
            let key = Key { workload: "RETURN 1".to_owned(), driver: driver.to_owned(), ..key("node", "real", what) };
            measures.median(&key)
        };
        let (official, ours, by_ws) = (of("official")?, of("ours")?, of("ours-ws")?);
        Some(format!("| that {title} | {official:.0} | {ours:.0} | {by_ws:.0} |"))
    });
    table(
        &["queries a second in Node, 50 at once on a pool of 10", "official", "ours", "ours by WebSocket"],
        rows.collect(),
    )
}

fn counted(measures: &Measures) -> Option<String> {
    let is_count = |key: &&Key| key.what == "round trips" && key.endpoint == "bolt:" && key.workload != "all";
    let workloads: BTreeSet<&str> =
        measures.iter().map(|(key, _)| key).filter(is_count).map(|key| &*key.workload).collect();
    let rows = workloads.iter().map(|workload| {
        let cells: String = COUNTED.iter().map(|column| format!(" {} |", trips(measures, workload, column))).collect();
        format!("| {workload} |{cells}")
    });
    let titles = COUNTED.map(|(title, ..)| title);
    table(&[&["round trips by `bolt:` (by `neo4j:`, where that differs)"][..], &titles].concat(), rows.collect())
}

/// By `bolt:`, and by `neo4j:` where that is another number.
fn trips(measures: &Measures, workload: &str, (_, runtime, driver): &(&str, &str, &str)) -> String {
    let of = |endpoint: &str| {
        let key = Key {
            workload: workload.to_owned(),
            driver: (*driver).to_owned(),
            ..key(runtime, endpoint, "round trips")
        };
        measures.median(&key)
    };
    match (of("bolt:"), of("neo4j:")) {
        (Some(one), Some(other)) if other != one => format!("{one} ({other})"),
        (Some(one), _) => one.to_string(),
        _ => "–".to_owned(),
    }
}

fn table(heads: &[&str], rows: Vec<String>) -> Option<String> {
    let line = format!("|{}", "---|".repeat(heads.len()));
    (!rows.is_empty()).then(|| format!("| {} |\n{line}\n{}", heads.join(" | "), rows.join("\n")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn measures(lines: &[(&str, &str, &str, &str, &str, f64)]) -> Measures {
        let mut measures = Measures::default();
        for (runtime, endpoint, what, workload, driver, value) in lines {
            let line = json!({ "runtime": runtime, "endpoint": endpoint, "what": what, "workload": workload,
                "driver": driver, "unit": "x", "samples": [value] });
            measures.add(&line).unwrap();
        }
        measures
    }

    #[test]
    fn what_was_measured_is_there_and_nothing_else() {
        let measures = measures(&[
            ("node", "real", "records", "a", "official", 200.0),
            ("node", "real", "records", "a", "ours", 100.0),
            ("node", "real", "records", "b", "official", 800.0),
            ("node", "real", "records", "b", "ours", 100.0),
            ("node", "real", "CPU, records", "a", "official", 300.0),
            ("node", "real", "CPU, records", "a", "ours", 100.0),
            ("node", "bolt:", "round trips", "first read", "official", 5.0),
            ("node", "neo4j:", "round trips", "first read", "official", 6.0),
            ("node", "bolt:", "round trips", "first read", "ours", 3.0),
            ("node", "neo4j:", "round trips", "first read", "ours", 3.0),
        ]);
        let text = tables(&measures, &json!({}));
        assert!(text.contains("| Node, TCP both | 4.0 (2.0) | 3.0 (3.0) | – |\n"), "{text}");
        assert!(text.contains("| first read | 5 (6) | 3 | – | – | – | – |\n"), "{text}");
        assert!(!text.contains("Deno") && !text.contains("a second"), "{text}");
    }

    #[test]
    fn they_take_the_place_of_the_last_ones() {
        let text = format!("# A\n{BEGIN}old\n{END}\n# B\n");
        assert_eq!(replaced(&text, "new\n"), Some(format!("# A\n{BEGIN}new\n{END}\n# B\n")));
        assert_eq!(replaced("# A\n", "new\n"), None);
    }
}
