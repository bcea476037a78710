//! The relay: it listens for each member, and stands between drivers and servers. Two threads a connection, one for each
//! direction; bytes come in, are taken apart into frames and messages, and go on as the connection's course has it.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::chance::Chance;
use super::faults::{Event, Faults, Framing, Manner, Opening, framed, unframed};
use super::frames::{FINAL, Frames, Shape, frame};
use super::messages::{CHOICE, Messages, PROPOSALS, Piece, chunked, without_manifest};
use super::standing::Standing;
use super::talk::{Request, Talk, lock};

/// How a driver begins that speaks Bolt without a WebSocket.
const BOLT: [u8; 1] = [0x60];
/// Requests and answers of the upgrade are a few hundred bytes.
const LONGEST_HEAD: usize = 16 * 1024;
/// How long a client may take over its request.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Relay {
    pub(super) standing: Mutex<Standing>,
    /// None: everything passes as it comes.
    faults: Option<Arc<Faults>>,
    opened: AtomicU64,
    open: AtomicUsize,
}

impl Relay {
    /// Listens for each of the servers, for as long as the program runs.
    pub(super) fn start(servers: &[u16], ttl: u8, faults: Option<Arc<Faults>>) -> Result<Arc<Relay>> {
        let listeners: Vec<TcpListener> =
            servers.iter().map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).collect::<io::Result<_>>()?;
        let ports: Vec<(u16, u16)> = listeners
            .iter()
            .zip(servers)
            .map(|(listener, server)| Ok((listener.local_addr()?.port(), *server)))
            .collect::<io::Result<_>>()?;
        let standing = Mutex::new(Standing::new(&ports, ttl));
        let relay = Arc::new(Relay { standing, faults, opened: AtomicU64::new(0), open: AtomicUsize::new(0) });
        for (member, listener) in listeners.into_iter().enumerate() {
            let relay = Arc::clone(&relay);
            thread::spawn(move || relay.listen(member, &listener));
        }
        Ok(relay)
    }

    /// Connections that drivers have opened, and those of them that they have not closed.
    pub(super) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    fn listen(self: &Arc<Relay>, member: usize, listener: &TcpListener) {
        for driver in listener.incoming().flatten() {
            let number = self.opened.fetch_add(1, Ordering::Relaxed);
            self.open.fetch_add(1, Ordering::Relaxed);
            let relay = Arc::clone(self);
            thread::spawn(move || {
                // Whatever goes wrong ends the connection: that is what a relay can do about it.
                let _ = relay.converse(member, &driver, number);
                drop(driver);
                relay.open.fetch_sub(1, Ordering::Relaxed);
            });
        }
    }

    fn converse(&self, member: usize, driver: &TcpStream, number: u64) -> Result<()> {
        driver.set_nodelay(true)?;
        driver.set_read_timeout(Some(PATIENCE))?;
        let server = lock(&self.standing).tried(member);
        if let Some(faults) = &self.faults {
            let chance = &mut faults.chance(number, 2);
            let opening = if server.is_some() { faults.opening(chance) } else { faults.closed(chance) };
            if opening != Opening::Pass && !begin(driver, opening)? {
                return Ok(());
            }
        }
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server.context("the server is down")?))?;
        server.set_nodelay(true)?;
        let mut first = [0];
        driver.peek(&mut first)?;
        if first == BOLT {
            driver.set_read_timeout(None)?;
            return self.pass_both_ways(member, driver, &server, number, None);
        }
        let (request, _) = read_head(driver)?;
        (&server).write_all(&request)?;
        let (answer, behind) = read_head(&server)?;
        (&*driver).write_all(&answer)?;
        if !answer.starts_with(b"HTTP/1.1 101") {
            (&*driver).write_all(&behind)?;
            return copy(&server, driver);
        }
        driver.set_read_timeout(None)?;
        self.pass_both_ways(member, driver, &server, number, Some(&behind))
    }

    fn pass_both_ways(
        &self,
        member: usize,
        driver: &TcpStream,
        server: &TcpStream,
        number: u64,
        behind: Option<&[u8]>,
    ) -> Result<()> {
        let (talk, over) = (Talk::default(), AtomicBool::new(false));
        let way = |from, to, to_driver| {
            let chance = self.faults.as_ref().map_or_else(|| Chance::new(0, 0), |f| f.chance(number, to_driver as u64));
            Way {
                relay: self,
                member,
                talk: &talk,
                over: &over,
                from,
                to,
                to_driver,
                is_tcp: behind.is_none(),
                chance,
                manner: None,
            }
        };
        let (mut up, mut down) = (way(driver, server, false), way(server, driver, true));
        thread::scope(|scope| {
            scope.spawn(|| up.run(&[]));
            down.run(behind.unwrap_or_default());
        });
        Ok(())
    }
}

/// Does to a connection what is to happen before Bolt is spoken; false where it is over with that.
fn begin(driver: &TcpStream, opening: Opening) -> Result<bool> {
    match opening {
        Opening::Pass => return Ok(true),
        Opening::Reset => reset(driver),
        Opening::End => {}
        Opening::Gateway(status) => answer(driver, status, "text/html", "<h1>The server does not answer</h1>")?,
        Opening::Json => answer(driver, 200, "application/json", r#"{"bolt_routing":"neo4j://localhost:7687"}"#)?,
        Opening::Late(milliseconds) => {
            thread::sleep(Duration::from_millis(milliseconds as u64));
            return Ok(true);
        }
        // Until the driver has had enough.
        Opening::Mute => while (&*driver).read(&mut [0; 1_024])? > 0 {},
    }
    Ok(false)
}

fn answer(driver: &TcpStream, status: u16, mime: &str, body: &str) -> Result<()> {
    let mut first = [0];
    driver.peek(&mut first)?;
    // Who begins with Bolt says no more until it is answered.
    if first == BOLT {
        (&*driver).read_exact(&mut [0; PROPOSALS])?
    } else {
        drop(read_head(driver)?)
    }
    let length = body.len();
    write!(
        &*driver,
        "HTTP/1.1 {status} As a gateway has it\r\nContent-Type: {mime}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )?;
    Ok(())
}

/// Bytes up to the empty line, and what came behind it.
fn read_head(mut stream: &TcpStream) -> Result<(Vec<u8>, Vec<u8>)> {
    const END: &[u8] = b"\r\n\r\n";
    let mut head = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 || head.len() > LONGEST_HEAD {
            bail!("it ended within its head");
        }
        head.extend(&buffer[..count]);
        if let Some(at) = head.windows(END.len()).position(|part| part == END) {
            let behind = head.split_off(at + END.len());
            return Ok((head, behind));
        }
    }
}

fn copy(mut from: &TcpStream, mut to: &TcpStream) -> Result<()> {
    // A server that keeps the connection open has said all when it is silent.
    from.set_read_timeout(Some(Duration::from_millis(500)))?;
    io::copy(&mut from, &mut to)?;
    Ok(())
}

/// Ends a connection by RST, at once and for every thread that reads from it.
fn reset(stream: &TcpStream) {
    let _ = rustix::net::connect_unspec(stream);
}

/// What is written, and what of it by itself.
fn parts(batch: &[Vec<u8>], framing: Framing, is_tcp: bool, to_driver: bool, chance: &mut Chance) -> Vec<Vec<u8>> {
    if is_tcp { unframed(batch, framing, chance) } else { vec![framed(batch, framing, !to_driver, chance)] }
}

/// One direction of a connection.
struct Way<'a> {
    relay: &'a Relay,
    member: usize,
    talk: &'a Talk,
    /// The connection has ended, whoever ended it.
    over: &'a AtomicBool,
    from: &'a TcpStream,
    to: &'a TcpStream,
    to_driver: bool,
    is_tcp: bool,
    chance: Chance,
    /// None without faults.
    manner: Option<Manner>,
}

impl Way<'_> {
    fn run(&mut self, behind: &[u8]) {
        self.manner = self.relay.faults.as_ref().map(|faults| faults.manner(&mut self.chance));
        let _ = self.pass(behind);
        self.over.store(true, Ordering::Relaxed);
        // Wakes the thread of the other direction.
        let _ = self.from.shutdown(Shutdown::Both);
        let _ = self.to.shutdown(Shutdown::Both);
    }

    fn pass(&mut self, behind: &[u8]) -> Result<()> {
        let (mut frames, mut messages) =
            (Frames::of(self.is_tcp), Messages::new(if self.to_driver { CHOICE } else { PROPOSALS }));
        let mut buffer = vec![0; 32 * 1024];
        frames.feed(behind);
        loop {
            let (mut batch, mut control) = (Vec::new(), Vec::new());
            while let Some(one) = frames.next()? {
                if !one.is_data() {
                    frame(&mut control, self.shape(FINAL | one.kind), &one.payload);
                    continue;
                }
                messages.feed(&one.payload);
                while let Some(piece) = messages.next()? {
                    match self.said(piece) {
                        Some(said) => batch.push(said),
                        None => return self.wait_for_the_end(&mut buffer),
                    }
                }
            }
            if !batch.is_empty() {
                self.send(&batch)?;
            }
            // A close frame comes last.
            (&mut &*self.to).write_all(&control)?;
            let count = (&mut &*self.from).read(&mut buffer)?;
            if count == 0 {
                return Ok(());
            }
            frames.feed(&buffer[..count]);
        }
    }

    fn shape(&self, first: u8) -> Shape {
        Shape { first, masked: !self.to_driver }
    }

    /// What comes as it goes on, ready but for its frame; none where nothing goes on any more.
    fn said(&self, piece: Piece) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        match piece {
            Piece::Handshake(mut bytes) => {
                if !self.to_driver {
                    without_manifest(&mut bytes);
                }
                out = bytes;
            }
            Piece::Message(message) if self.to_driver => {
                chunked(&mut out, &self.talk.response(message, self.member, &self.relay.standing));
            }
            Piece::Message(message) => match self.talk.request(message, self.member, &self.relay.standing) {
                Request::Pass(message) => chunked(&mut out, &message),
                Request::Unheard => {
                    self.count("mute router");
                    return None;
                }
            },
        }
        Some(out)
    }

    fn count(&self, kind: &'static str) {
        if let Some(faults) = &self.relay.faults {
            faults.count(kind);
        }
    }

    fn send(&mut self, batch: &[Vec<u8>]) -> Result<()> {
        let (Some(manner), Some(faults)) = (&mut self.manner, &self.relay.faults) else {
            let parts = parts(batch, Framing::PerMessage, self.is_tcp, self.to_driver, &mut self.chance);
            return Ok((&*self.to).write_all(&parts.concat())?);
        };
        let event = faults.event(&mut self.chance, manner, self.to_driver, self.is_tcp);
        let mut parts = parts(batch, manner.framing, self.is_tcp, self.to_driver, &mut self.chance);
        let mut to = self.to;
        match event {
            Event::Nothing => {}
            Event::Delay(milliseconds) => thread::sleep(Duration::from_millis(milliseconds as u64)),
            Event::Extra(extra) => to.write_all(&extra)?,
            Event::Cut { after, reset: by_reset } => {
                let mut bytes = parts.concat();
                bytes.truncate(after);
                to.write_all(&bytes)?;
                if by_reset {
                    reset(self.to);
                    reset(self.from);
                }
                bail!("cut");
            }
            Event::Silence(milliseconds) => return self.end_after(milliseconds),
            Event::Last(last, milliseconds) => {
                to.write_all(&last)?;
                return self.end_after(milliseconds);
            }
        }
        for part in &mut parts {
            let single = manner.single.min(part.len());
            manner.single -= single;
            for byte in part.drain(..single) {
                to.write_all(&[byte])?;
            }
            to.write_all(part)?;
        }
        Ok(())
    }

    /// Leaves the connection open for a while, unless the other end has enough of it; then it is reset.
    fn end_after(&self, milliseconds: usize) -> Result<()> {
        let end = Instant::now() + Duration::from_millis(milliseconds as u64);
        while Instant::now() < end && !self.over.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(10));
        }
        reset(self.to);
        reset(self.from);
        bail!("over")
    }

    /// Takes what still comes, and says nothing.
    fn wait_for_the_end(&self, buffer: &mut [u8]) -> Result<()> {
        while (&*self.from).read(buffer)? > 0 {}
        Ok(())
    }
}
