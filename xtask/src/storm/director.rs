//! What happens to the cluster during a storm: the lead moves, a router falls silent, a server is killed and started again.

use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::cluster::{Chance, Cluster, MEMBERS};
use crate::repo::Repo;
use crate::setup::java::Neo4j;

/// Seconds between a server's return and the next one's end, in a long storm. A start costs the machine as much as two
/// thousand operations.
const BETWEEN_KILLS: u64 = 180;

#[derive(Clone, Copy)]
pub(super) struct Director<'a> {
    pub(super) repo: &'a Repo,
    pub(super) neo4j: &'a Neo4j,
    pub(super) cluster: &'a Cluster,
    pub(super) seed: u64,
    pub(super) end: Instant,
}

impl<'a> Director<'a> {
    /// Runs until the end, and on until the last server is back; each thread says how many it has killed.
    pub(super) fn start<'scope>(self, scope: &'scope Scope<'scope, '_>) -> Vec<ScopedJoinHandle<'scope, Result<u64>>>
    where
        'a: 'scope,
    {
        vec![
            scope.spawn(move || self.move_leaders()),
            scope.spawn(move || self.silence_routers()),
            scope.spawn(move || self.kill_servers()),
        ]
    }

    fn move_leaders(self) -> Result<u64> {
        let mut chance = Chance::new(self.seed, 1);
        while self.wait(chance.between(2_000, 9_000)) {
            let election = *chance.pick(&[0, 100, 1_500]);
            self.cluster.move_leader(chance.below(MEMBERS), Duration::from_millis(election));
        }
        Ok(0)
    }

    fn silence_routers(self) -> Result<u64> {
        let mut chance = Chance::new(self.seed, 2);
        while self.wait(chance.between(3_000, 15_000)) {
            self.cluster.set_mute(Some(chance.below(MEMBERS)));
            self.wait(chance.between(1_000, 6_000));
            self.cluster.set_mute(None);
        }
        Ok(0)
    }

    fn kill_servers(self) -> Result<u64> {
        let mut chance = Chance::new(self.seed, 3);
        let mut kills = 0;
        // A short storm has one, and time to see how work goes on.
        let all = self.end.saturating_duration_since(Instant::now()).as_secs();
        let between = BETWEEN_KILLS.min(all / 4) * 1_000;
        while self.wait(between as usize) {
            let member = chance.below(MEMBERS);
            self.cluster.kill(member)?;
            kills += 1;
            thread::sleep(Duration::from_millis(chance.below(2_000) as u64));
            self.cluster.start_again(self.repo, self.neo4j, member)?;
        }
        Ok(kills)
    }

    /// False when the end has come meanwhile.
    fn wait(&self, milliseconds: usize) -> bool {
        let until = (Instant::now() + Duration::from_millis(milliseconds as u64)).min(self.end);
        thread::sleep(until.saturating_duration_since(Instant::now()));
        Instant::now() < self.end
    }
}
