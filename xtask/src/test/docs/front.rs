//! A web server before the relay, as the documentation has it: its blocks of nginx configuration, in nginx.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result};

use crate::process;
use crate::relay;
use crate::repo::{Repo, Scratch};
use crate::setup::nginx;

/// An nginx that runs until this is dropped.
pub(super) struct Front {
    child: Child,
    input: Option<ChildStdin>,
    _folder: Scratch,
    pub(super) port: u16,
}

/// nginx goes when our standard input does: it never outlives us.
const WATCHED: &str = "\"$0\" \"$@\" & cat >/dev/null; kill $!; wait";

impl Front {
    /// With these blocks in the configuration of one server.
    pub(super) fn start(repo: &Repo, blocks: &[String]) -> Result<Front> {
        let program = nginx::ensure(repo)?;
        let folder = Scratch::new(&repo.target.join("run"), "nginx")?;
        let port = relay::free_port()?;
        let config = folder.path().join("nginx.conf");
        fs::write(&config, configuration(folder.path(), port, &blocks.concat()))?;
        // Says what is wrong, and where.
        process::run_quiet(Command::new(&program).args(arguments(folder.path())).arg("-t"))?;
        let mut command = Command::new("sh");
        command.args(["-c", WATCHED]).arg(program).args(arguments(folder.path()));
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut child = command.spawn().context("cannot start nginx")?;
        let mut front = Front { input: child.stdin.take(), child, port, _folder: folder };
        relay::await_listening("nginx", &mut front.child, port)?;
        Ok(front)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

fn arguments(folder: &Path) -> [String; 4] {
    let folder = folder.display();
    ["-p".to_owned(), format!("{folder}"), "-c".to_owned(), format!("{folder}/nginx.conf")]
}

/// One process in the foreground that writes nowhere but into its folder.
fn configuration(folder: &Path, port: u16, blocks: &str) -> String {
    let folder = folder.display();
    let temporary =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|of| format!("  {of}_temp_path {folder}/{of};\n"));
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n  access_log off;\n{}  \
         server {{\n    listen 127.0.0.1:{port};\n{blocks}\n  }}\n}}\n",
        temporary.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blocks_stand_in_a_server() {
        let text = configuration(Path::new("/a"), 81, "location / {}");
        assert!(
            text.contains("listen 127.0.0.1:81;\nlocation / {}\n  }\n}") && text.contains("proxy_temp_path /a/proxy;")
        );
    }
}
