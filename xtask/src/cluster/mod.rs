//! Three real servers behind a relay that makes a cluster of them, as far as drivers can tell.
//!
//! The servers do not know of each other, and what is written to one is not in the others. To a driver the relay's three
//! ports are members: whoever asks for a routing table is given them, one of them as leader, and writes elsewhere are
//! refused as by a member that does not lead (`talk.rs`). So every write of a driver that routes is with the server that
//! led when its transaction began, and once over all three: what can be looked up. Bookmarks are taken out on the way.
//!
//! Servers can be killed and started again with their data; who leads and which router is mute are set from outside.
//! With `Faults` the relay does to each connection what networks and gateways do, and worse.

mod chance;
mod control;
mod faults;
mod frames;
mod messages;
mod packstream;
mod relay;
mod standing;
mod talk;

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::repo::Repo;
use crate::server::{Options, Server, USER};
use crate::setup::java::Neo4j;
pub(crate) use chance::Chance;
pub(crate) use faults::Faults;
use relay::Relay;
use talk::lock;

pub(crate) const MEMBERS: usize = 3;

pub(crate) struct Cluster {
    servers: Vec<Mutex<Server>>,
    relay: Arc<Relay>,
    password: String,
    controls: Mutex<Vec<Duration>>,
    pub(crate) version: String,
}

impl Cluster {
    /// Starts the servers, beside each other, and the relay. `ttl`: seconds for which a routing table holds.
    pub(crate) fn start(
        repo: &Repo,
        neo4j: &Neo4j,
        options: Options,
        ttl: u8,
        faults: Option<Arc<Faults>>,
    ) -> Result<Cluster> {
        let password = crate::server::new_password()?;
        let servers: Vec<Server> = thread::scope(|scope| {
            let start = || Server::start_with_password(repo, neo4j, options, password.clone());
            let started: Vec<_> = (0..MEMBERS).map(|_| scope.spawn(start)).collect();
            let joined = started.into_iter().map(|one| one.join().ok().context("a server's thread panicked")?);
            joined.collect::<Result<_>>()
        })?;
        let ports: Vec<u16> = servers.iter().map(|server| server.port).collect();
        let relay = Relay::start(&ports, ttl, faults)?;
        let version = servers[0].version.clone();
        Ok(Cluster {
            servers: servers.into_iter().map(Mutex::new).collect(),
            relay,
            password,
            controls: Mutex::default(),
            version,
        })
    }

    /// Where drivers that route begin, and those for one member alone.
    pub(crate) fn uri(&self) -> String {
        format!("neo4j://{}", self.addresses()[0])
    }

    /// The members as drivers know them.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let standing = lock(&self.relay.standing);
        standing.members.iter().map(|member| format!("127.0.0.1:{}", member.port)).collect()
    }

    /// The servers themselves, with nothing in between.
    pub(crate) fn servers(&self) -> Vec<String> {
        self.servers.iter().map(|server| lock(server).uri()).collect()
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// As `Server::environment` has it.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("NEO4J_URI", self.uri()),
            ("NEO4J_VERSION", self.version.clone()),
            ("NEO4J_USER", USER.to_owned()),
            ("NEO4J_PASSWORD", self.password.clone()),
            ("NEO4J_MEMBERS", self.addresses().join(",")),
        ]
    }

    /// Takes the lead from whoever has it; after `election`, during which nobody leads, another has it.
    pub(crate) fn move_leader(&self, choice: usize, election: Duration) {
        let before = lock(&self.relay.standing).leader.take();
        thread::sleep(election);
        let mut standing = lock(&self.relay.standing);
        // For all that is known the one from before would do again; `elect` takes another where there is one.
        standing.leader = before.filter(|member| standing.members[*member].server.is_some());
        standing.elect(choice);
    }

    pub(crate) fn set_mute(&self, member: Option<usize>) {
        lock(&self.relay.standing).mute = member;
    }

    /// Ends a member's server as a crash does.
    pub(crate) fn kill(&self, member: usize) -> Result<()> {
        let mut server = lock(&self.servers[member]);
        server.kill()?;
        lock(&self.relay.standing).fall(member);
        Ok(())
    }

    /// Starts it again, with the data it had.
    pub(crate) fn start_again(&self, repo: &Repo, neo4j: &Neo4j, member: usize) -> Result<()> {
        let mut server = lock(&self.servers[member]);
        server.start_again(repo, neo4j)?;
        let (port, up) = (server.port, Instant::now());
        // A driver that is at work is not to wait for this.
        drop(server);
        lock(&self.relay.standing).rise(member, port, up);
        control::work(port, &self.password)?;
        lock(&self.controls).push(up.elapsed());
        Ok(())
    }

    /// How long the first work of a plain client took after each start, beside that of drivers.
    pub(crate) fn controls(&self) -> Vec<Duration> {
        lock(&self.controls).clone()
    }

    /// Whether all servers run.
    pub(crate) fn is_running(&self) -> Result<bool> {
        Ok(self
            .servers
            .iter()
            .map(|server| lock(server).is_running())
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .all(|up| up))
    }

    /// How long after each start a driver connected, and work succeeded there.
    pub(crate) fn recoveries(&self) -> Vec<(Duration, Duration)> {
        lock(&self.relay.standing).recoveries.clone()
    }

    /// Connections that drivers have opened so far, and those that are open.
    pub(crate) fn connections(&self) -> (u64, usize) {
        (self.relay.opened(), self.relay.open())
    }
}
