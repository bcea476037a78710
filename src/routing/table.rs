//! `Table`: who routes, reads and writes for one database, and for how long that holds.

use std::time::Duration;

use crate::error::{Error, Result};
use crate::platform::Address;
use crate::value::{Map, Value};

/// What a driver knows of the members that work for one database.
///
/// ```
/// # fn example(driver: &neo4j_wasm::Driver) {
/// if let Some(table) = driver.routing_table(Some("people")) {
///     println!("{} write, {} read", table.writers.len(), table.readers.len());
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoutingTable {
    /// The database; `None` where the cluster does not say what it is called.
    pub database: Option<String>,
    /// How long this holds.
    pub ttl: Duration,
    /// Who tells of members.
    pub routers: Vec<Address>,
    /// Who reads.
    pub readers: Vec<Address>,
    /// Who writes.
    pub writers: Vec<Address>,
}

/// Who does what for one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// The database, by the name that the cluster has for it.
    pub(super) database: Option<String>,
    /// In the platform's time.
    pub(super) expires: Duration,
    pub(super) routers: Vec<Address>,
    readers: Vec<Address>,
    writers: Vec<Address>,
    /// It named no writer from the start, rather than that they have been forgotten since.
    pub(super) came_without_writers: bool,
}

const DEFAULT_PORT: u16 = 7687;
/// Longer than any program runs, and short enough to be added to any time.
const LONGEST: u64 = 1 << 40;

impl Table {
    /// Reads the metadata of a ROUTE.
    pub(super) fn read(metadata: &Map, now: Duration) -> Result<Self> {
        let table = metadata.get("rt").and_then(Value::as_map).ok_or_else(|| malformed("there is none"))?;
        let lifetime = table.get("ttl").and_then(Value::as_integer).and_then(|ttl| u64::try_from(ttl).ok());
        let lifetime = lifetime.ok_or_else(|| malformed("its ttl is not a number of seconds"))?;
        let servers = table.get("servers").and_then(Value::as_list);
        let servers = servers.ok_or_else(|| malformed("it has no list of servers"))?;
        let mut read = Self {
            database: table.get("db").and_then(Value::as_str).map(str::to_owned),
            expires: now.saturating_add(Duration::from_secs(lifetime.min(LONGEST))),
            routers: Vec::new(),
            readers: Vec::new(),
            writers: Vec::new(),
            came_without_writers: false,
        };
        for server in servers {
            read.add(server)?;
        }
        read.came_without_writers = read.writers.is_empty();
        Ok(read)
    }

    fn add(&mut self, server: &Value) -> Result<()> {
        let server = server.as_map().ok_or_else(|| malformed("a server is not a map"))?;
        let role = server.get("role").and_then(Value::as_str).ok_or_else(|| malformed("a server has no role"))?;
        let addresses = server.get("addresses").and_then(Value::as_list);
        let addresses = addresses.ok_or_else(|| malformed("a server has no addresses"))?;
        let list = match role {
            "ROUTE" => &mut self.routers,
            "READ" => &mut self.readers,
            "WRITE" => &mut self.writers,
            // A role from the future is none of ours.
            _ => return Ok(()),
        };
        for address in addresses {
            let address = address.as_str().and_then(|text| parse_address(text, DEFAULT_PORT));
            let address = address.ok_or_else(|| malformed("an address is not host:port"))?;
            if !list.contains(&address) {
                list.push(address);
            }
        }
        Ok(())
    }

    pub(super) fn shown(&self, now: Duration) -> RoutingTable {
        RoutingTable {
            database: self.database.clone(),
            ttl: self.expires.saturating_sub(now),
            routers: self.routers.clone(),
            readers: self.readers.clone(),
            writers: self.writers.clone(),
        }
    }

    pub(super) fn members(&self, writes: bool) -> &[Address] {
        if writes { &self.writers } else { &self.readers }
    }

    pub(super) fn forget(&mut self, address: &Address) {
        for list in [&mut self.routers, &mut self.readers, &mut self.writers] {
            list.retain(|known| known != address);
        }
    }

    pub(super) fn forget_writer(&mut self, address: &Address) {
        self.writers.retain(|known| known != address);
    }
}

/// `host:port`, `[::1]:port`, or a host alone.
pub(super) fn parse_address(text: &str, default_port: u16) -> Option<Address> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
        }
        None => match text.split_once(':') {
            Some((_, port)) if port.contains(':') => (text, None),
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port = port.map_or(Some(default_port), |port| port.parse().ok().filter(|port| *port > 0))?;
    (!host.is_empty()).then(|| Address { host: host.to_owned(), port })
}

fn malformed(what: &str) -> Error {
    Error::protocol(format!("The server sent a malformed routing table: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(role: &str, addresses: &[&str]) -> Value {
        let addresses: Vec<_> = addresses.iter().map(|address| Value::from(*address)).collect();
        Value::from(Map::from([("role", Value::from(role)), ("addresses", Value::from(addresses))]))
    }

    fn metadata(ttl: impl Into<Value>, servers: Vec<Value>) -> Map {
        let table = Map::from([("ttl", ttl.into()), ("servers", Value::from(servers)), ("db", Value::from("films"))]);
        Map::from([("rt", table)])
    }

    #[test]
    fn each_member_is_listed_once_for_each_of_its_roles() {
        let servers = vec![
            server("WRITE", &["a:1", "a:1"]),
            server("READ", &["b:2", "[::1]:3"]),
            server("ROUTE", &["a:1", "c"]),
            server("BREW", &["pot:418"]),
        ];
        let table = Table::read(&metadata(300, servers), Duration::from_secs(10)).unwrap();
        let names = |list: &[Address]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(table.members(true)), ["a:1"]);
        assert_eq!(names(table.members(false)), ["b:2", "[::1]:3"]);
        assert_eq!(names(&table.routers), ["a:1", "c:7687"]);
        assert_eq!(table.expires, Duration::from_secs(310));
        assert_eq!(table.database.as_deref(), Some("films"));
    }

    #[test]
    fn what_is_malformed_is_refused() {
        let map = |key: &str| Value::from(Map::from([(key, Value::from("READ"))]));
        for metadata in [
            Map::new(),
            metadata(-1, vec![]),
            metadata("soon", vec![]),
            Map::from([("rt", Map::from([("ttl", 1)]))]),
            metadata(1, vec![Value::Null]),
            metadata(1, vec![map("role")]),
            metadata(1, vec![map("addresses")]),
            metadata(1, vec![server("READ", &[""])]),
            metadata(1, vec![server("READ", &["a:0"])]),
            metadata(1, vec![server("READ", &["a:b"])]),
        ] {
            assert!(Table::read(&metadata, Duration::ZERO).is_err(), "{metadata:?}");
        }
    }

    #[test]
    fn the_longest_lifetime_does_not_overflow() {
        assert!(Table::read(&metadata(i64::MAX, vec![]), Duration::MAX).is_ok());
    }
}
