//! `Standing`: who of the members is there, who leads, and who no longer says who does. The relay answers by it.

use std::time::{Duration, Instant};

use super::packstream::{list, map, string};

/// A member as drivers see it, and the server behind it.
pub(super) struct Member {
    /// Where the relay listens for it.
    pub(super) port: u16,
    /// The server's own port; none while it is down.
    pub(super) server: Option<u16>,
    /// Since when it is up again, and when it was first tried since; as long as no work has succeeded there.
    unproven: Option<(Instant, Option<Duration>)>,
}

pub(super) struct Standing {
    pub(super) members: Vec<Member>,
    /// None during an election.
    pub(super) leader: Option<usize>,
    /// It never answers ROUTE.
    pub(super) mute: Option<usize>,
    /// Seconds for which a routing table holds.
    pub(super) ttl: u8,
    /// How long after each start a driver connected, and work succeeded there.
    pub(super) recoveries: Vec<(Duration, Duration)>,
}

impl Standing {
    pub(super) fn new(ports: &[(u16, u16)], ttl: u8) -> Standing {
        let member = |&(port, server): &(u16, u16)| Member { port, server: Some(server), unproven: None };
        let members = ports.iter().map(member).collect();
        Standing { members, leader: Some(0), mute: None, ttl, recoveries: Vec::new() }
    }

    pub(super) fn fall(&mut self, member: usize) {
        self.members[member].server = None;
        self.members[member].unproven = None;
        if self.leader == Some(member) {
            self.leader = None;
        }
    }

    pub(super) fn rise(&mut self, member: usize, server: u16, since: Instant) {
        self.members[member].server = Some(server);
        self.members[member].unproven = Some((since, None));
        self.leader = self.leader.or(Some(member));
    }

    /// Makes the `choice`-th of those leader that are up and do not lead; with one member left, it stays.
    pub(super) fn elect(&mut self, choice: usize) {
        let up = self.up();
        let others: Vec<usize> = up.iter().copied().filter(|member| Some(*member) != self.leader).collect();
        if !others.is_empty() {
            self.leader = Some(others[choice % others.len()]);
        }
    }

    /// A driver connects to a member; returns the server's port.
    pub(super) fn tried(&mut self, member: usize) -> Option<u16> {
        if let Some((since, tried)) = &mut self.members[member].unproven {
            tried.get_or_insert(since.elapsed());
        }
        self.members[member].server
    }

    /// Work has succeeded at a member.
    pub(super) fn succeeded(&mut self, member: usize) {
        if let Some((since, Some(tried))) = self.members[member].unproven {
            self.members[member].unproven = None;
            self.recoveries.push((tried, since.elapsed()));
        }
    }

    fn up(&self) -> Vec<usize> {
        (0..self.members.len()).filter(|member| self.members[*member].server.is_some()).collect()
    }

    /// What a ROUTE is answered with, in PackStream. As of a cluster that has noticed who is down.
    pub(super) fn table(&self) -> Vec<u8> {
        let up = self.up();
        let followers: Vec<usize> = up.iter().copied().filter(|member| Some(*member) != self.leader).collect();
        let readers = if followers.is_empty() { &up } else { &followers };
        let leader: Vec<usize> = self.leader.into_iter().collect();
        let servers = [("ROUTE", &up), ("READ", readers), ("WRITE", &leader)].map(|(role, members)| {
            let address = |member: &usize| string(&format!("127.0.0.1:{}", self.members[*member].port));
            let addresses: Vec<Vec<u8>> = members.iter().map(address).collect();
            map(&[("addresses", list(&addresses)), ("role", string(role))])
        });
        map(&[("ttl", vec![self.ttl]), ("db", string("neo4j")), ("servers", list(&servers))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Standing {
        Standing::new(&[(1001, 1), (1002, 2), (1003, 3)], 5)
    }

    /// Which ports stand in the table, role by role.
    fn ports(standing: &Standing) -> Vec<Vec<String>> {
        let table = standing.table();
        let text = String::from_utf8_lossy(&table).into_owned();
        let servers = text.split("addresses").skip(1);
        servers.map(|server| server.split("127.0.0.1:").skip(1).map(|port| port[..4].to_owned()).collect()).collect()
    }

    #[test]
    fn the_table_says_who_leads_and_leaves_out_who_is_down() {
        let mut standing = three();
        assert_eq!(ports(&standing), [vec!["1001", "1002", "1003"], vec!["1002", "1003"], vec!["1001"]]);
        standing.fall(0);
        assert_eq!(ports(&standing), [vec!["1002", "1003"], vec!["1002", "1003"], vec![]]);
        standing.elect(1);
        assert_eq!(ports(&standing), [vec!["1002", "1003"], vec!["1002"], vec!["1003"]]);
        standing.fall(1);
        assert_eq!(ports(&standing), [["1003"], ["1003"], ["1003"]]);
    }

    #[test]
    fn who_leads_alone_goes_on() {
        let mut standing = three();
        standing.fall(1);
        standing.fall(2);
        standing.elect(7);
        assert_eq!(standing.leader, Some(0));
    }

    #[test]
    fn only_the_first_success_after_a_start_is_a_recovery() {
        let mut standing = three();
        standing.succeeded(1);
        standing.fall(1);
        standing.rise(1, 4, Instant::now());
        // What is still under way of before is none.
        standing.succeeded(1);
        assert_eq!(standing.tried(1), Some(4));
        for member in [0, 1, 1] {
            standing.succeeded(member);
        }
        assert_eq!(standing.recoveries.len(), 1);
    }
}
