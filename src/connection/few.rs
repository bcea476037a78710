//! `Few`: a map of few entries. Looking through them is no slower than a hash, and a third of the code.

/// A map of few entries, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Few<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<K: PartialEq, V> Few<K, V> {
    fn place(&self, key: &K) -> Option<usize> {
        self.entries.iter().position(|(known, _)| known == key)
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.place(key).map(|at| &self.entries[at].1)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(key).map(|at| &mut self.entries[at].1)
    }

    /// The value of `key`; if there is none, what `make` gives becomes it.
    pub(crate) fn get_or_insert_with(&mut self, key: &K, make: impl FnOnce() -> V) -> &mut V
    where
        K: Clone,
    {
        let at = self.place(key).unwrap_or_else(|| {
            self.entries.push((key.clone(), make()));
            self.entries.len() - 1
        });
        &mut self.entries[at].1
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.get_mut(&key) {
            Some(known) => *known = value,
            None => self.entries.push((key, value)),
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).map(|at| self.entries.swap_remove(at).1)
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&V) -> bool) {
        self.entries.retain(|(_, value)| keep(value));
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }
}
