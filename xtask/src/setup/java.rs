//! JDKs, and Neo4j's jars from Maven Central.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use super::apt;
use crate::process;
use crate::repo::{Lock, Repo, Scratch, swap_in};

/// A Neo4j that the tests know.
#[derive(Debug, PartialEq)]
pub(crate) struct Release {
    /// What `--version` calls it.
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// The JDKs it runs on, oldest and newest.
    jdk: (u32, u32),
}

pub(crate) const RELEASES: [Release; 4] = [
    Release { name: "4.4", version: "4.4.40", jdk: (17, 17) },
    Release { name: "5", version: "5.26.25", jdk: (17, 21) },
    Release { name: "2026.04", version: "2026.04.0", jdk: (21, 25) },
    Release { name: "2026", version: "2026.09.0", jdk: (21, 25) },
];

impl Release {
    /// By its name, its full version, or a beginning of that which ends at a dot: 5, 5.26, 5.26.25.
    pub(crate) fn named(name: &str) -> Result<&'static Release> {
        let begins = |release: &&Release| release.version.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        RELEASES
            .iter()
            .find(|release| release.name == name || release.version == name)
            .or_else(|| RELEASES.iter().find(begins))
            .ok_or_else(|| {
                let known: Vec<_> = RELEASES.iter().map(|release| release.name).collect();
                anyhow!("no Neo4j {name} here; there are: {}", known.join(", "))
            })
    }
}

/// A JDK: the folder, and the first number of its version.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Jdk {
    pub(crate) home: PathBuf,
    pub(crate) major: u32,
}

/// Everything needed to start a server.
pub(crate) struct Neo4j {
    pub(crate) release: &'static Release,
    pub(crate) jdk: Jdk,
    /// The jars, sorted.
    pub(crate) class_path: String,
}

/// Why a release cannot run here.
pub(crate) enum Missing {
    /// No JDK that it runs on, and Debian has none: a reason to skip, not a failure.
    Jdk(String),
    Other(anyhow::Error),
}

impl From<Missing> for anyhow::Error {
    fn from(missing: Missing) -> anyhow::Error {
        match missing {
            Missing::Jdk(reason) => anyhow!(reason),
            Missing::Other(error) => error,
        }
    }
}

/// Finds or fetches a release and the JDK for it.
pub(crate) fn ensure(repo: &Repo, release: &'static Release) -> Result<Neo4j, Missing> {
    let jdk = jdk_for(release)?;
    let class_path = ensure_jars(repo, release, &jdk).map_err(Missing::Other)?;
    Ok(Neo4j { release, jdk, class_path })
}

fn jdk_for(release: &Release) -> Result<Jdk, Missing> {
    let (oldest, newest) = release.jdk;
    if let Some(jdk) = choose(installed_jdks(), oldest, newest) {
        return Ok(jdk);
    }
    if oldest == 17 {
        apt::install("a JDK 17", &["openjdk-17-jdk-headless"]).map_err(Missing::Other)?;
        if let Some(jdk) = choose(installed_jdks(), oldest, newest) {
            return Ok(jdk);
        }
    }
    Err(Missing::Jdk(format!(
        "Neo4j {} needs a JDK from {oldest} to {newest}; install one where JAVA_HOME, PATH or /usr/lib/jvm leads to it",
        release.version
    )))
}

/// The oldest that does: nearest to what the release was made on.
fn choose(mut jdks: Vec<Jdk>, oldest: u32, newest: u32) -> Option<Jdk> {
    jdks.sort_by_key(|jdk| jdk.major);
    jdks.into_iter().find(|jdk| (oldest..=newest).contains(&jdk.major))
}

fn installed_jdks() -> Vec<Jdk> {
    let mut homes: Vec<PathBuf> = env::var_os("JAVA_HOME").map(PathBuf::from).into_iter().collect();
    if let Some(javac) = process::on_path("javac").and_then(|file| file.canonicalize().ok()) {
        homes.extend(javac.ancestors().nth(2).map(Path::to_path_buf));
    }
    if let Ok(entries) = fs::read_dir("/usr/lib/jvm") {
        homes.extend(entries.flatten().map(|entry| entry.path()));
    }
    homes.into_iter().filter_map(jdk_at).collect()
}

/// A JDK and no mere JRE: starting a server compiles one file.
fn jdk_at(home: PathBuf) -> Option<Jdk> {
    if !process::is_program(&home.join("bin/javac")) {
        return None;
    }
    let major = java_major(&fs::read_to_string(home.join("release")).ok()?)?;
    Some(Jdk { home, major })
}

/// From a JDK's `release` file: `JAVA_VERSION="17.0.15"`, and of old `"1.8.0_292"`.
fn java_major(release_file: &str) -> Option<u32> {
    let line = release_file.lines().find_map(|line| line.strip_prefix("JAVA_VERSION="))?;
    let mut numbers = line.trim().trim_matches('"').split(['.', '_', '-', '+']).map(str::parse::<u32>);
    match numbers.next()?.ok()? {
        1 => numbers.next()?.ok(),
        major => Some(major),
    }
}

fn ensure_jars(repo: &Repo, release: &Release, jdk: &Jdk) -> Result<String> {
    let place = repo.cache.join("neo4j").join(release.version);
    if !place.is_dir() {
        let _lock = Lock::take(&repo.cache, "neo4j-jars")?;
        if !place.is_dir() {
            fetch_jars(repo, release, jdk, &place)?;
        }
    }
    let mut jars: Vec<String> = Vec::new();
    for entry in fs::read_dir(&place)? {
        jars.push(entry?.path().to_string_lossy().into_owned());
    }
    jars.sort();
    if jars.is_empty() {
        bail!("{} is empty: remove it and try again", place.display());
    }
    Ok(jars.join(":"))
}

fn fetch_jars(repo: &Repo, release: &Release, jdk: &Jdk, place: &Path) -> Result<()> {
    if process::on_path("mvn").is_none() {
        apt::install("Maven", &["maven"])?;
    }
    println!("setup: Neo4j {} from Maven Central (about 130 MB)", release.version);
    let scratch = Scratch::new(&repo.cache, "maven")?;
    fs::write(scratch.path().join("pom.xml"), pom(release.version))?;
    let jars = scratch.path().join("jars");
    let mut maven = Command::new("mvn");
    maven.current_dir(scratch.path()).env("JAVA_HOME", &jdk.home).args(["--batch-mode", "--quiet"]);
    maven.arg("dependency:copy-dependencies").arg("-DincludeScope=runtime");
    process::run_quiet(maven.arg(format!("-DoutputDirectory={}", jars.display())))?;
    fs::create_dir_all(place.parent().context("a cache without a folder")?)?;
    swap_in(&jars, place)
}

fn pom(version: &str) -> String {
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>\
         <groupId>xtask</groupId><artifactId>server</artifactId><version>0</version>\
         <dependencies><dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId>\
         <version>{version}</version></dependency></dependencies></project>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_versions() {
        assert_eq!(java_major("IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"17.0.15\"\n"), Some(17));
        assert_eq!(java_major("JAVA_VERSION=\"25\"\n"), Some(25));
        assert_eq!(java_major("JAVA_VERSION=\"25-ea\"\n"), Some(25));
        assert_eq!(java_major("JAVA_VERSION=\"1.8.0_292\"\n"), Some(8));
        assert_eq!(java_major("JAVA_RUNTIME_VERSION=\"17\"\n"), None);
    }

    #[test]
    fn the_oldest_fitting_jdk_is_chosen() {
        let jdk = |major| Jdk { home: format!("/jdk{major}").into(), major };
        assert_eq!(choose(vec![jdk(25), jdk(17), jdk(11)], 17, 21), Some(jdk(17)));
        assert_eq!(choose(vec![jdk(25), jdk(17)], 21, 25), Some(jdk(25)));
        assert_eq!(choose(vec![jdk(17)], 21, 25), None);
    }

    #[test]
    fn releases_by_name() {
        let version = |name| Release::named(name).map(|release| release.version).ok();
        assert_eq!(version("5"), Some("5.26.25"));
        assert_eq!(version("5.26"), Some("5.26.25"));
        assert_eq!(version("2026"), Some("2026.09.0"));
        assert_eq!(version("2026.04"), Some("2026.04.0"));
        assert_eq!(version("4.4"), Some("4.4.40"));
        assert_eq!(version("4"), Some("4.4.40"));
        assert_eq!(version("5.2"), None);
        assert_eq!(version(""), None);
    }
}
