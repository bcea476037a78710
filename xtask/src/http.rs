//! A small static HTTP server on loopback, for the demo and for tests in a browser: mounted folders, made-up files, the
//! right types, strict headers. One request per connection, a thread each.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// What a page may do: run our own code and wasm, and talk to a database anywhere.
pub(crate) const STRICT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self' ws: wss: http: https:; worker-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// The longest request we read, head and all. Ours are a few hundred bytes.
const LONGEST_REQUEST: u64 = 16 * 1024;

/// A file that exists only in memory.
struct Made {
    mime: &'static str,
    policy: String,
    body: Vec<u8>,
}

#[derive(Default)]
pub(crate) struct Site {
    /// Folders and their policies by path prefixes such as `/pkg/`, longest first when looked up.
    mounts: BTreeMap<String, (PathBuf, String)>,
    made: BTreeMap<String, Made>,
}

#[derive(Debug, PartialEq)]
struct Answer {
    status: &'static str,
    mime: &'static str,
    policy: String,
    body: Vec<u8>,
}

impl Site {
    /// Serves a folder below a prefix that begins and ends with a slash.
    pub(crate) fn mount(self, prefix: &str, folder: PathBuf) -> Site {
        self.mount_under(prefix, folder, STRICT.to_owned())
    }

    /// The same with a policy of its own.
    pub(crate) fn mount_under(mut self, prefix: &str, folder: PathBuf, policy: String) -> Site {
        self.mounts.insert(prefix.to_owned(), (folder, policy));
        self
    }

    pub(crate) fn json(mut self, path: &str, value: &serde_json::Value) -> Site {
        let body = value.to_string().into_bytes();
        self.made.insert(path.to_owned(), Made { mime: "application/json", policy: STRICT.to_owned(), body });
        self
    }

    /// A page with a policy of its own.
    pub(crate) fn page(mut self, path: &str, policy: String, html: String) -> Site {
        let mime = "text/html; charset=utf-8";
        self.made.insert(path.to_owned(), Made { mime, policy, body: html.into_bytes() });
        self
    }

    /// A page whose script stands in it: its policy lets that one run, by a nonce, and is strict otherwise.
    pub(crate) fn page_with_script(self, path: &str, html: &str) -> Site {
        // Of no use to anyone: all that the page holds is its own.
        let nonce = "own";
        let policy = STRICT.replace("script-src 'self'", &format!("script-src 'self' 'nonce-{nonce}'"));
        self.page(path, policy, html.replace("<script ", &format!("<script nonce=\"{nonce}\" ")))
    }

    /// Serves in the background, for as long as the program runs; returns the port. Port 0 is any free one.
    pub(crate) fn serve(self, port: u16) -> Result<u16> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let port = listener.local_addr()?.port();
        let site = Arc::new(self);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = Arc::clone(&site);
                thread::spawn(move || {
                    let _ = site.converse(stream);
                });
            }
        });
        Ok(port)
    }

    fn converse(&self, mut stream: TcpStream) -> Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let mut lines = BufReader::new(stream.try_clone()?.take(LONGEST_REQUEST)).lines();
        let request = lines.next().context("an empty request")??;
        let mut host = String::new();
        // The whole head is read, or closing would reset the connection under the answer.
        for line in lines {
            let line = line?;
            if line.is_empty() {
                break;
            }
            if let Some((_, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("host")) {
                host = value.trim().to_owned();
            }
        }
        let mut words = request.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let answer = if is_loopback(&host) { self.answer(method, target) } else { Answer::text("403 Forbidden") };
        // All in one go: a packet for each part of the head would take longer than most files.
        let mut whole = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nContent-Security-Policy: {}\r\n\
             X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n\
             Connection: close\r\n\r\n",
            answer.status,
            answer.mime,
            answer.body.len(),
            answer.policy,
        )
        .into_bytes();
        if method != "HEAD" {
            whole.extend(answer.body);
        }
        Ok(stream.write_all(&whole)?)
    }

    fn answer(&self, method: &str, target: &str) -> Answer {
        if !matches!(method, "GET" | "HEAD") {
            return Answer::text("405 Method Not Allowed");
        }
        let path = target.split(['?', '#']).next().unwrap_or_default();
        if let Some(made) = self.made.get(path) {
            return Answer { status: "200 OK", mime: made.mime, policy: made.policy.clone(), body: made.body.clone() };
        }
        let found = self.file(path).and_then(|(file, policy)| Some((mime(&file), policy, fs::read(file).ok()?)));
        match found {
            Some((mime, policy, body)) => Answer { status: "200 OK", mime, policy: policy.to_owned(), body },
            None => Answer::text("404 Not Found"),
        }
    }

    /// The file behind a path, and its policy; none for what would leave the mounted folder.
    fn file(&self, path: &str) -> Option<(PathBuf, &str)> {
        let path = percent_decoded(path)?;
        let mount = self.mounts.iter().filter(|(prefix, _)| path.starts_with(prefix.as_str()));
        let (prefix, (folder, policy)) = mount.max_by_key(|(prefix, _)| prefix.len())?;
        let rest = Path::new(&path[prefix.len()..]);
        if !rest.components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let mut file = folder.join(rest);
        if file.is_dir() {
            file.push("index.html");
        }
        // A link could lead out where the path itself does not.
        let (real, root) = (file.canonicalize().ok()?, folder.canonicalize().ok()?);
        (real.starts_with(root) && real.is_file()).then_some((real, policy.as_str()))
    }
}

impl Answer {
    fn text(status: &'static str) -> Answer {
        let body = format!("{status}\n").into_bytes();
        Answer { status, mime: "text/plain; charset=utf-8", policy: STRICT.to_owned(), body }
    }
}

/// Another site may give its own name our address and then read what we serve, passwords included; it cannot hide the name.
fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost")
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|ext| ext.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        "txt" | "md" | "ts" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Scratch;

    fn site() -> (Scratch, Site) {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-http").unwrap();
        let (www, pkg) = (scratch.path().join("www"), scratch.path().join("pkg"));
        fs::create_dir_all(www.join("sub")).unwrap();
        fs::create_dir_all(&pkg).unwrap();
        fs::write(scratch.path().join("secret.txt"), "secret").unwrap();
        fs::write(www.join("index.html"), "home").unwrap();
        fs::write(www.join("a b.mjs"), "").unwrap();
        fs::write(pkg.join("x.wasm"), "wasm").unwrap();
        std::os::unix::fs::symlink(scratch.path().join("secret.txt"), www.join("link.txt")).unwrap();
        let site = Site::default().mount("/", www).mount("/pkg/", pkg);
        (scratch, site)
    }

    #[test]
    fn files_and_their_types() {
        let (_scratch, site) = site();
        let got = |path: &str| site.answer("GET", path);
        assert_eq!((got("/").body, got("/").mime), (b"home".to_vec(), "text/html; charset=utf-8"));
        assert_eq!(got("/a%20b.mjs?x=1").mime, "text/javascript; charset=utf-8");
        assert_eq!(got("/pkg/x.wasm").mime, "application/wasm");
        assert_eq!(got("/pkg/none").status, "404 Not Found");
        assert_eq!(got("/sub/").status, "404 Not Found");
        assert_eq!(site.answer("POST", "/").status, "405 Method Not Allowed");
    }

    #[test]
    fn a_folder_may_have_a_policy_of_its_own() {
        let (scratch, site) = site();
        let site = site.mount_under("/pkg/own/", scratch.path().join("pkg"), "default-src 'none'".to_owned());
        assert_eq!(site.answer("GET", "/pkg/own/x.wasm").policy, "default-src 'none'");
        assert_eq!(site.answer("GET", "/pkg/x.wasm").policy, STRICT);
    }

    #[test]
    fn nothing_outside_the_folders() {
        let (_scratch, site) = site();
        let ways = [
            "/../secret.txt",
            "/sub/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/pkg/../secret.txt",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/link.txt",
            "/%00",
            "/%",
            "/%zz",
            "secret.txt",
            "",
        ];
        for way in ways {
            assert_eq!(site.answer("GET", way).status, "404 Not Found", "{way}");
        }
    }

    #[test]
    fn over_the_wire_with_strict_headers() {
        let (_scratch, site) = site();
        let site = site.json("/demo.json", &serde_json::json!({ "uri": "bolt://127.0.0.1:1" }));
        let port = site.serve(0).unwrap();
        let ask = |host: &str| {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
            write!(stream, "GET /demo.json HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).unwrap();
            said
        };
        assert!(ask("evil.example").starts_with("HTTP/1.1 403 "));
        assert!(ask("127.0.0.1.evil.example:80").starts_with("HTTP/1.1 403 "));
        let said = ask(&format!("127.0.0.1:{port}"));
        assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
        for header in ["Content-Security-Policy: default-src 'none';", "nosniff", "no-referrer", "no-store"] {
            assert!(said.contains(header), "{header} not in {said}");
        }
        assert!(said.ends_with("\r\n\r\n{\"uri\":\"bolt://127.0.0.1:1\"}"), "{said}");
    }
}
