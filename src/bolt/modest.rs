//! What a server reads before anyone has logged in: small messages only, so that strangers cannot make it work.

use super::packstream::Reader;

/// Half of the bytes of a message that Neo4j reads before a login (`internal.server.bolt.unauth_max_inbound_bytes`).
const BYTES: usize = 4_096;
/// As many values, names included, as the strictest server reads (`unauth_max_structure_elements`).
const VALUES: usize = 64;
/// As many values within one another (`unauth_max_structure_depth`).
const DEPTH: usize = 4;

/// Whether a server will read the message although nobody has logged in yet.
pub(super) fn is_modest(message: &[u8]) -> bool {
    if message.len() > BYTES {
        return false;
    }
    // How many values are still to come at each depth.
    let (mut open, mut count, mut reader) = (Vec::new(), 0, Reader::new(message, true));
    while reader.remaining() > 0 {
        while open.last() == Some(&0) {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        let Ok(token) = reader.token() else { return false };
        if token.holds() > 0 {
            open.push(token.holds());
        }
        count += 1;
        if count > VALUES || open.len() > DEPTH {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bolt::{Request, TransactionOptions, Version};
    use crate::value::{Map, Value};

    fn run(query: &str, parameter: impl Into<Value>) -> bool {
        let version = Version { major: 5, minor: 8 };
        let parameters = Map::from([("p", parameter)]);
        let options = TransactionOptions { bookmarks: vec!["bookmark".to_owned()], ..TransactionOptions::default() };
        let request = Request::Run { query, parameters: &parameters, options: Some(&options) };
        is_modest(&request.encode(version, version.dialect(false)).unwrap())
    }

    #[test]
    fn what_is_small_and_flat_is_modest() {
        assert!(run("RETURN $p", 1) && run(&"x".repeat(4_000), Value::Null) && run("x", "y".repeat(4_000)));
        assert!(run("x", vec![1; 50]) && run("x", vec![vec![1; 10]; 2]));
    }

    #[test]
    fn what_is_long_or_deep_is_not() {
        assert!(!run(&"x".repeat(4_096), Value::Null) && !run("x", "y".repeat(70_000)));
        assert!(!run("x", vec![1; 60]) && !run("x", vec![1; 70_000]) && !run("x", vec![1; 300]));
        assert!(!run("x", vec![vec![vec![1]]]));
        let many: Map = (0..40).map(|number| (number.to_string(), number)).collect();
        assert!(!run("x", many));
    }
}
