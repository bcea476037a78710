//! `Names`: the strings that recur in a result (keys, labels, types), numbered.

/// How many names are kept: a result with more has them as data, and few come twice.
const MOST: usize = 1_024;
/// A power of two. Half empty, so that a search ends soon.
const SLOTS: usize = 2 * MOST;
/// A longer string is not kept.
const LONGEST: usize = 64;
/// How far a search goes: whoever makes names collide makes them unknown, and no search long.
const PROBES: usize = 8;

/// The strings that recur, numbered over all batches of a result.
#[derive(Debug, Clone, Default)]
pub struct Names {
    names: Vec<Vec<u8>>,
    /// Numbers, from 1, at the place of their names' hash. Made with the first name.
    slots: Vec<u16>,
    /// For each name, the one that came behind it last: rows are alike, so it will again.
    followers: Vec<u16>,
    last: usize,
}

/// What is known of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// It has come before, with this number.
    Known(u32),
    /// It has the next number from now on.
    New,
    /// It is not kept.
    Unkept,
}

impl Names {
    /// The number of `name`, which from now on it has.
    #[inline]
    pub fn number(&mut self, name: &[u8]) -> Name {
        if let Some(&follower) = self.followers.get(self.last)
            && let Some(expected) = self.names.get(usize::from(follower))
            && same(expected, name)
        {
            self.last = usize::from(follower);
            return Name::Known(u32::from(follower));
        }
        self.search(name)
    }

    #[inline(never)]
    fn search(&mut self, name: &[u8]) -> Name {
        if name.len() > LONGEST {
            return Name::Unkept;
        }
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, 0);
        }
        let hash = name.iter().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
        for probe in 0..PROBES {
            let slot = (hash as usize).wrapping_add(probe) % SLOTS;
            let number = usize::from(self.slots[slot]);
            if number == 0 {
                return self.insert(name, slot);
            }
            if self.names[number - 1] == name {
                self.follow(number - 1);
                return Name::Known(number as u32 - 1);
            }
        }
        Name::Unkept
    }

    fn insert(&mut self, name: &[u8], slot: usize) -> Name {
        if self.names.len() == MOST {
            return Name::Unkept;
        }
        self.names.push(name.to_vec());
        self.followers.push(0);
        self.slots[slot] = self.names.len() as u16;
        self.follow(self.names.len() - 1);
        Name::New
    }

    fn follow(&mut self, number: usize) {
        self.followers[self.last] = number as u16;
        self.last = number;
    }
}

/// Names are short: a call to compare memory would take longer.
#[inline(always)]
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
