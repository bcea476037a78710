//! `Map`: string keys to values, in order, each key once.

use super::Value;

/// A Cypher `MAP`: keeps the order in which its keys were first set; setting a key again replaces its value.
///
/// ```
/// use neo4j_wasm::value::Map;
///
/// let mut map = Map::new();
/// map.insert("name", "Alice");
/// map.insert("age", 33);
/// assert_eq!(map.keys().collect::<Vec<_>>(), ["name", "age"]);
/// ```
/// `Map::from` and `collect` take entries whose values are of one type, as arrays and iterators have it. For different
/// types there is [`params!`](crate::params).
#[derive(Debug, Clone, Default)]
pub struct Map {
    entries: Vec<(String, Value)>,
}

/// Up to here a look through all entries is faster than sorting.
const SMALL: usize = 16;

impl Map {
    /// An empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Sets `key`; the former value, if there was one, comes back.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.set(key.into(), value.into())
    }

    fn set(&mut self, key: String, value: Value) -> Option<Value> {
        match self.entries.iter_mut().find(|(name, _)| *name == key) {
            Some((_, slot)) => Some(std::mem::replace(slot, value)),
            None => {
                self.entries.push((key, value));
                None
            }
        }
    }

    /// Takes `key` out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let index = self.entries.iter().position(|(name, _)| name == key)?;
        Some(self.entries.remove(index).1)
    }

    /// The entries, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.entries.iter().map(|(key, _)| key.as_str())
    }

    /// The values, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// From entries in which a key may come twice: the last one wins, as PackStream has it.
    ///
    /// By sorting, where there are many: a hostile peer cannot buy quadratic work.
    #[must_use]
    pub(crate) fn from_entries(mut entries: Vec<(String, Value)>) -> Self {
        if entries.len() <= SMALL {
            merge_few(&mut entries);
        } else {
            merge_many(&mut entries);
        }
        Self { entries }
    }
}

fn merge_few<K: PartialEq, V>(entries: &mut Vec<(K, V)>) {
    let mut at = 1;
    while at < entries.len() {
        match entries[..at].iter().position(|(key, _)| *key == entries[at].0) {
            Some(first) => entries[first].1 = entries.remove(at).1,
            None => at += 1,
        }
    }
}

fn merge_many<K: Ord, V: Default>(entries: &mut Vec<(K, V)>) {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_unstable_by(|one, other| entries[*one].0.cmp(&entries[*other].0).then(one.cmp(other)));
    let mut is_again = vec![false; entries.len()];
    let mut first = 0;
    for pair in 1..order.len() {
        let at = order[pair];
        if entries[at].0 == entries[order[pair - 1]].0 {
            is_again[at] = true;
            entries[order[first]].1 = std::mem::take(&mut entries[at].1);
        } else {
            first = pair;
        }
    }
    let mut is_again = is_again.into_iter();
    entries.retain(|_| is_again.next() == Some(false));
}

/// Maps are equal when they hold the same keys with the same values, in whatever order.
impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self::from_entries(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

/// Values of one type; for several types there is [`params!`](crate::params).
impl<K: Into<String>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Map {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl IntoIterator for Map {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::cmp::Ordering;

    #[test]
    fn a_key_given_twice_keeps_its_place_and_takes_the_last_value() {
        for padding in [0, 100] {
            let mut entries = vec![("a".to_owned(), Value::from(1)), ("b".to_owned(), Value::from(2))];
            entries.extend((0..padding).map(|n| (format!("k{n}"), Value::Null)));
            entries.push(("a".to_owned(), Value::from(3)));
            let map = Map::from_entries(entries);
            assert_eq!(map.get("a"), Some(&Value::Integer(3)));
            assert_eq!(map.keys().next(), Some("a"));
            assert_eq!(map.len(), padding + 2);
        }
    }

    thread_local! {
        static COMPARISONS: Cell<usize> = const { Cell::new(0) };
    }

    #[derive(PartialEq, Eq)]
    struct Key(usize);

    impl PartialOrd for Key {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl Ord for Key {
        fn cmp(&self, other: &Self) -> Ordering {
            COMPARISONS.set(COMPARISONS.get() + 1);
            self.0.cmp(&other.0)
        }
    }

    #[test]
    fn keys_given_twice_cost_no_more_than_sorting() {
        const COUNT: usize = 100_000;
        for different in [1, 2, 1_000, COUNT / 2, COUNT] {
            COMPARISONS.set(0);
            let mut entries: Vec<_> = (0..COUNT).map(|n| (Key(n % different), n)).collect();
            merge_many(&mut entries);
            // Twice the logarithm of the number to the base of two.
            assert!(COMPARISONS.get() <= 34 * COUNT, "{} comparisons", COMPARISONS.get());
            assert_eq!(entries.len(), different);
            let last = |n: usize| COUNT - different + n;
            assert!(entries.iter().enumerate().all(|(at, (key, value))| key.0 == at && *value == last(at)));
        }
    }

    #[test]
    fn few_and_many_entries_merge_alike() {
        for bits in 0..4_096_usize {
            let entries = || (0..6).map(|at| (bits >> (2 * at) & 3, at)).collect::<Vec<_>>();
            let (mut few, mut many) = (entries(), entries());
            merge_few(&mut few);
            merge_many(&mut many);
            assert_eq!(few, many);
        }
    }

    #[test]
    fn order_does_not_count_for_equality() {
        assert_eq!(Map::from([("a", 1), ("b", 2)]), Map::from([("b", 2), ("a", 1)]));
        assert_ne!(Map::from([("a", 1)]), Map::from([("a", 2)]));
    }
}
