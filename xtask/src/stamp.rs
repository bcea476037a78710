//! A stamp: one number over everything that goes into a build, so that nothing is built twice.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// FNV-1a with 64 bits. Not the standard library's hasher: that one may change with the compiler, and this number names
/// folders in a cache that outlives it.
#[derive(Clone, Copy)]
pub(crate) struct Stamp(u64);

impl Stamp {
    pub(crate) fn new() -> Stamp {
        Stamp(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        // The length first, or "ab" + "c" would equal "a" + "bc".
        for byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// A file, or a folder with all below it: names and contents. What does not exist counts too.
    pub(crate) fn add_path(&mut self, root: &Path, relative: &str) -> Result<()> {
        let path = root.join(relative);
        self.add(relative.as_bytes());
        if path.is_file() {
            self.add(&fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
        } else if path.is_dir() {
            for file in files_below(&path)? {
                self.add(file.strip_prefix(&path)?.to_string_lossy().as_bytes());
                self.add(&fs::read(&file)?);
            }
        }
        Ok(())
    }

    pub(crate) fn hex(self) -> String {
        format!("{:016x}", self.0)
    }
}

/// All files below a folder, sorted.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).with_context(|| format!("cannot read {}", dir.display()))? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Scratch;

    fn stamp_of(folder: &Path) -> String {
        let mut stamp = Stamp::new();
        stamp.add_path(folder, "src").unwrap();
        stamp.hex()
    }

    #[test]
    fn changes_with_content_name_and_number_of_files() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-stamp").unwrap();
        let src = scratch.path().join("src");
        let none = stamp_of(scratch.path());
        fs::create_dir_all(src.join("deep")).unwrap();
        fs::write(src.join("deep/a"), "one").unwrap();
        let first = stamp_of(scratch.path());
        assert_eq!(first, stamp_of(scratch.path()));
        fs::write(src.join("deep/a"), "two").unwrap();
        let second = stamp_of(scratch.path());
        fs::rename(src.join("deep/a"), src.join("deep/b")).unwrap();
        let third = stamp_of(scratch.path());
        fs::write(src.join("c"), "").unwrap();
        let fourth = stamp_of(scratch.path());
        let all = [none, first, second, third, fourth];
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn where_one_part_ends_matters() {
        let (mut a, mut b) = (Stamp::new(), Stamp::new());
        a.add(b"ab");
        a.add(b"c");
        b.add(b"a");
        b.add(b"bc");
        assert_ne!(a.hex(), b.hex());
    }
}
