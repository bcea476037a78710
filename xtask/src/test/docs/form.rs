//! Commands that would change the machine: not run, but each is one that is known, and names what there is.

use serde_json::Value;

use super::blocks::Block;

/// Beginnings of commands, and what may follow.
const INSTALLERS: [(&str, &[&str]); 5] = [
    ("npm install ", &["neo4j-wasm", "ws"]),
    ("deno add ", &["npm:neo4j-wasm", "npm:ws"]),
    ("bun add ", &["neo4j-wasm"]),
    ("cargo add ", &["neo4j-wasm"]),
    ("pip install ", &["websockify"]),
];

/// What is wrong with a block.
pub(super) fn check(block: &Block, version: &str) -> Option<String> {
    let lines = block.text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    match block.language.as_str() {
        "toml" => dependency(&block.text, version),
        "json" => exchanged(&block.text, version),
        _ => lines.filter(|line| !is_known(line)).map(|line| format!("nobody knows the command: {line}")).next(),
    }
}

fn is_known(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default().trim();
    if let Some(setting) = line.strip_prefix("export ") {
        return is_setting(setting);
    }
    let line = line.split_once(' ').filter(|(first, _)| is_setting(first)).map_or(line, |(_, rest)| rest);
    let installs = INSTALLERS.iter().any(|(begin, packages)| {
        line.strip_prefix(begin).is_some_and(|rest| rest.split(' ').all(|package| packages.contains(&package)))
    });
    let ours = line.strip_prefix("cargo xtask ").and_then(|rest| rest.split(' ').next());
    installs || ours.is_some_and(|command| crate::USAGE.lines().any(|line| line.starts_with(&format!("  {command} "))))
}

/// What cargo or rustc hears of by the environment.
fn is_setting(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| name.starts_with("CARGO_") || name == "RUSTC_BOOTSTRAP")
}

/// A manifest that exchanges the package names the one that there is.
fn exchanged(text: &str, version: &str) -> Option<String> {
    let Ok(manifest) = serde_json::from_str::<Value>(text) else { return Some("it is no JSON".to_owned()) };
    let wanted = format!("npm:neo4j-wasm-compat@^{version}");
    let sections = ["/overrides", "/resolutions", "/pnpm/overrides", "/imports", "/dependencies"];
    let said: Vec<&str> =
        sections.iter().filter_map(|place| manifest.pointer(place)?["neo4j-driver"].as_str()).collect();
    (said.is_empty() || said.iter().any(|said| *said != wanted)).then(|| format!("it exchanges nothing for {wanted}"))
}

/// A manifest that depends on us asks for the version that there is.
fn dependency(text: &str, version: &str) -> Option<String> {
    let asked = text.lines().find_map(|line| line.strip_prefix("neo4j-wasm = "));
    let Some(asked) = asked else { return Some("it does not depend on neo4j-wasm".to_owned()) };
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    (!asked.contains(&format!("\"{minor}\""))).then(|| format!("the version is {minor}, not as in {asked}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_what_there_is() {
        for line in [
            "npm install neo4j-wasm ws   # Node 20",
            "cargo add neo4j-wasm",
            "cargo xtask demo",
            "CARGO_X=3 cargo xtask demo",
            "export CARGO_X=a b",
        ] {
            assert!(is_known(line), "{line}");
        }
        for line in [
            "npm install neo4j-wsam",
            "npm install",
            "cargo xtask dmeo",
            "rm -r x",
            "X=3 cargo xtask demo",
            "export X=3",
            "CARGO_X=3 rm x",
        ] {
            assert!(!is_known(line), "{line}");
        }
        assert_eq!(dependency("[dependencies]\nneo4j-wasm = \"0.1\"\n", "0.1.0"), None);
        assert!(dependency("[dependencies]\nneo4j-wasm = \"0.2\"\n", "0.1.0").is_some());
    }

    #[test]
    fn manifests_exchange_the_package_for_ours() {
        let of = |section: &str, version: &str| {
            let text = format!("{{ \"{section}\": {{ \"neo4j-driver\": \"npm:neo4j-wasm-compat@^{version}\" }} }}");
            exchanged(&text, "0.1.0")
        };
        assert_eq!((of("overrides", "0.1.0"), of("imports", "0.1.0")), (None, None));
        assert!(of("overrides", "0.2.0").is_some() && of("override", "0.1.0").is_some());
        assert!(exchanged("{", "0.1.0").is_some());
    }
}
