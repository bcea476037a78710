//! Where things are: the clone, its target folder, and the cache that all clones of this user share.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders every command works in.
pub(crate) struct Repo {
    /// The clone.
    pub(crate) root: PathBuf,
    /// The crate's build output, `target` unless `CARGO_TARGET_DIR` says otherwise.
    pub(crate) target: PathBuf,
    /// What is expensive to make and worth keeping: compilers, servers, npm tools.
    pub(crate) cache: PathBuf,
}

impl Repo {
    pub(crate) fn open() -> Result<Repo> {
        // Cargo sets it for the running program; the value of compile time is wrong in a clone that was moved.
        let own = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = own.parent().context("xtask lies in no workspace")?.to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        let cache = cache_home()?.join("neo4j-wasm");
        fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
        fs::create_dir_all(&target)?;
        Ok(Repo { root, target, cache })
    }

    /// The built npm package. Always in the clone, whatever cargo's target folder is: pages and documents name it.
    pub(crate) fn package(&self) -> PathBuf {
        self.root.join("target").join("pkg")
    }

    /// The crate's version, from the root manifest.
    pub(crate) fn crate_version(&self) -> Result<String> {
        let manifest = fs::read_to_string(self.root.join("Cargo.toml"))?;
        package_version(&manifest).context("Cargo.toml has no version in [package]")
    }
}

fn cache_home() -> Result<PathBuf> {
    if let Some(dir) = env::var_os("XDG_CACHE_HOME").filter(|dir| Path::new(dir).is_absolute()) {
        return Ok(dir.into());
    }
    Ok(env::home_dir().context("neither XDG_CACHE_HOME nor HOME is set")?.join(".cache"))
}

fn package_version(manifest: &str) -> Option<String> {
    let body = manifest.split("[package]").nth(1)?;
    let section = body.split("\n[").next()?;
    let line = section.lines().find_map(|line| line.trim().strip_prefix("version")?.trim_start().strip_prefix('='))?;
    Some(line.trim().trim_matches('"').to_owned())
}

/// A lock on a name in a folder: one process at a time makes the same thing. Released when dropped.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(folder: &Path, name: &str) -> Result<Lock> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!(".{name}.lock"));
        let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        if file.try_lock().is_err() {
            eprintln!("waiting for another xtask that is at work on {name} …");
            file.lock()?;
        }
        Ok(Lock { _file: file })
    }
}

/// A folder that is gone when its owner is.
pub(crate) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    pub(crate) fn new(parent: &Path, name: &str) -> Result<Scratch> {
        // Two in the same process differ by the counter, two processes by their id.
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        sweep(parent);
        let path = parent.join(format!("{name}-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Scratch { path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes the scratch folders of processes that ended without doing so: killed, or by Ctrl-C.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let mut parts = name.to_str().unwrap_or_default().rsplitn(3, '-');
        let (number, process) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let ours = parts.next().is_some() && number.parse::<u32>().is_ok() && process.parse::<u32>().is_ok();
        if ours && !Path::new("/proc").join(process).exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("cannot copy {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Puts a finished folder in the place of an older one. Two renames: a reader sees the old one, the new one, or for an
/// instant none, but never half of one.
pub(crate) fn swap_in(finished: &Path, place: &Path) -> Result<()> {
    let old = place.with_extension(format!("old-{}", std::process::id()));
    let _ = fs::remove_dir_all(&old);
    if place.exists() {
        fs::rename(place, &old)?;
    }
    fs::rename(finished, place).with_context(|| format!("cannot move into {}", place.display()))?;
    let _ = fs::remove_dir_all(&old);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_the_packages_and_not_a_dependencys() {
        let manifest = "[workspace]\nmembers = []\n\n[package]\nname = \"a\"\nversion = \"1.2.3\"\n\n[dependencies.b]\nversion = \"9\"\n";
        assert_eq!(package_version(manifest).as_deref(), Some("1.2.3"));
        assert_eq!(package_version("[package]\nname = \"a\"\n[lib]\nversion = \"9\"\n"), None);
    }

    #[test]
    fn only_the_scratch_of_the_dead_is_swept() {
        let scratch = Scratch::new(&env::temp_dir(), "xtask-sweep").unwrap();
        // No process has so high an id.
        let (dead, kept) = (scratch.path().join("js-4999999-0"), scratch.path().join("rust-1.96.0"));
        fs::create_dir_all(&dead).unwrap();
        fs::create_dir_all(&kept).unwrap();
        let living = Scratch::new(scratch.path(), "js").unwrap();
        let _more = Scratch::new(scratch.path(), "js").unwrap();
        assert!(!dead.exists() && kept.exists() && living.path().exists());
    }

    #[test]
    fn swap_replaces_the_whole_folder() {
        let scratch = Scratch::new(&env::temp_dir(), "xtask-swap").unwrap();
        let (old, new) = (scratch.path().join("pkg"), scratch.path().join("fresh"));
        fs::create_dir_all(&old).unwrap();
        fs::write(old.join("stale"), "").unwrap();
        fs::create_dir_all(&new).unwrap();
        fs::write(new.join("good"), "").unwrap();
        swap_in(&new, &old).unwrap();
        assert!(old.join("good").exists() && !old.join("stale").exists() && !new.exists());
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1);
    }
}
