//! What the host lends us: sockets, time, chance. Everything above asks here, so that tests can stand in for the host.

mod caller;
#[cfg(all(not(feature = "js"), target_arch = "wasm32"))]
mod console;
#[cfg(target_arch = "wasm32")]
pub(crate) mod gate;
mod shown;
#[cfg(target_arch = "wasm32")]
mod timer;
#[cfg(target_arch = "wasm32")]
pub(crate) mod websocket;

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::LocalBoxFuture;

pub use caller::Caller;
pub(crate) use shown::{shown, without_secrets};

use crate::error::Result;

/// A future that lives on one thread.
pub type LocalFuture<T> = LocalBoxFuture<'static, T>;

/// The host.
pub trait Platform {
    /// The time since a moment that does not change. Never goes backwards.
    fn now(&self) -> Duration;

    /// Is ready once `delay` has passed. Dropping it cancels it.
    fn sleep(&self, delay: Duration) -> LocalFuture<()>;

    /// Has a task go on by itself, as a part of the [call](Caller::current) that is under way. It is never polled before
    /// `spawn` returns.
    fn spawn(&self, task: LocalFuture<()>);

    /// Whether the sockets keep an idle connection from being forgotten, and notice when it is lost.
    fn keeps_alive(&self) -> bool;

    /// A number from 0 up to, not including, 1.
    fn random(&self) -> f64;

    /// Says something to whoever looks after the application, as there is no one else to say it to.
    fn warn(&self, text: &str);

    /// Whether the host can open such a socket at all; asked when a driver is made.
    ///
    /// # Errors
    /// A configuration error that says what the host does not allow.
    fn check(&self, target: &Target) -> Result<()>;

    /// Where to open a socket for the target: at its own address, unless the application has it reached elsewhere.
    ///
    /// # Errors
    /// A configuration error when the application has no URL for it.
    fn url(&self, target: &Target) -> LocalFuture<Result<String>> {
        Box::pin(ready(Ok(target.url())))
    }

    /// Starts to open a socket at what `url` gave; `events` hears how it goes. It is never called before `connect`
    /// returns, but perhaps before the future is ready; a future that is dropped before leaves no socket behind.
    ///
    /// # Errors
    /// A connection error when the host refuses to try.
    fn connect(&self, target: &Target, url: &str, events: Events) -> LocalFuture<Result<Box<dyn Transport>>>;
}

/// A socket. Dropping it closes it.
pub trait Transport {
    /// Sends bytes, 65,536 at most, in one message.
    ///
    /// # Errors
    /// A connection error when the host refuses; the socket is of no more use then.
    fn send(&self, bytes: &[u8]) -> Result<()>;

    /// Whether what is sent may still arrive. A socket that is being closed is not, although it is not closed yet.
    fn is_open(&self) -> bool;

    /// Hands on nothing more of what comes, or goes on. Only some hosts can: the others go on.
    fn set_paused(&self, paused: bool) {
        let _ = paused;
    }

    /// Closes the socket once all that was sent is out, also while it is paused. Returns at once.
    fn close(&self);
}

/// Who hears what happens on a socket.
pub type Events = Box<dyn Fn(Event<'_>)>;

/// What happens on a socket.
#[derive(Debug)]
pub enum Event<'a> {
    /// It is open.
    Opened,
    /// Bytes have come, cut anywhere.
    Received(&'a [u8]),
    /// A message has come that is not made of bytes, but of this.
    Alien(&'a str),
    /// It is closed, or was never opened. The last event.
    Closed(Closed),
}

/// How a socket was closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closed {
    /// The WebSocket close code; 1006 when there was no word of farewell, 0 where there are no codes.
    pub code: u16,
    /// What the peer said.
    pub reason: String,
    /// What the host has found out about a socket that did not open, or did not get to Bolt.
    pub diagnosis: Option<Diagnosis>,
}

/// Why a socket did not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The code of the error.
    pub code: String,
    /// What happened, and what to do about it.
    pub advice: String,
    /// Whether another attempt can succeed.
    pub retryable: bool,
}

impl fmt::Display for Closed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // TCP has no codes, and ends with a word of ours at least.
        if self.code == 0 && !self.reason.is_empty() {
            return formatter.write_str(&self.reason);
        }
        write!(formatter, "close code {}", self.code)?;
        if self.reason.is_empty() { Ok(()) } else { write!(formatter, ", \"{}\"", self.reason) }
    }
}

/// A server's address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// A name or an IP address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(formatter, "[{}]:{}", self.host, self.port)
        } else {
            write!(formatter, "{}:{}", self.host, self.port)
        }
    }
}

/// Says where a server is reached, if not at its own address: through a relay, or a reverse proxy.
///
/// ```
/// use neo4j_wasm::{Address, Config, WebSocketUrl};
///
/// let relay = WebSocketUrl::new(|server: &Address| Ok(format!("wss://example.com/bolt/?token={server}")));
/// let config = Config { web_socket_url: Some(relay), ..Config::default() };
/// ```
#[derive(Clone)]
pub struct WebSocketUrl {
    url: Rc<UrlOf>,
}

type UrlOf = dyn Fn(&Address) -> LocalFuture<Result<String>>;

impl WebSocketUrl {
    /// From a function of the server's address, in a cluster also of those that a routing table names. The URL starts
    /// with `ws:` or `wss:`. An error of the function's is the error of whoever needed the connection.
    pub fn new(url: impl Fn(&Address) -> Result<String> + 'static) -> Self {
        Self::later(move |server| Box::pin(ready(url(server))))
    }

    pub(crate) fn later(url: impl Fn(&Address) -> LocalFuture<Result<String>> + 'static) -> Self {
        Self { url: Rc::new(url) }
    }

    /// The URL for a server.
    ///
    /// # Errors
    /// What the function says.
    pub fn of(&self, server: &Address) -> LocalFuture<Result<String>> {
        (self.url)(server)
    }
}

/// Handles on the same one are equal.
impl PartialEq for WebSocketUrl {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.url, &other.url)
    }
}

impl fmt::Debug for WebSocketUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WebSocketUrl")
    }
}

/// Where to connect to, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The server.
    pub address: Address,
    /// With its slash; `/` unless a proxy wants more.
    pub path: String,
    /// `None` for a connection in the clear.
    pub tls: Option<Tls>,
}

/// How much to ask of the server's certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// Whether any certificate will do.
    pub trust_all: bool,
    /// The one certificate that will do, in DER.
    pub pinned: Option<Vec<u8>>,
}

impl Target {
    /// The WebSocket URL.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "wss" } else { "ws" };
        format!("{scheme}://{}{}", self.address, self.path)
    }

    /// The same for a connection over TCP.
    #[must_use]
    pub fn tcp_url(&self) -> String {
        let scheme = if self.tls.is_some() { "bolt+s" } else { "bolt" };
        format!("{scheme}://{}", self.address)
    }
}

/// Whole milliseconds. `Duration::as_millis` would bring 128-bit arithmetic along.
pub(crate) fn milliseconds(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000).saturating_add(u64::from(time.subsec_millis()))
}

/// `work`'s output, or `None` when it takes longer than `limit`.
///
/// Boxed, as all that waits for one of two things: what it is made of is compiled once and not for every kind of work.
/// `futures::future::select` in its place, and for `Pool::until_closed`, is 1.7 kB more in gzip for each page: docs/size.md.
pub(crate) fn within<'a, T>(
    platform: &dyn Platform,
    limit: Duration,
    work: impl Future<Output = T> + 'a,
) -> Within<'a, T> {
    Within { work: Box::pin(work), timer: platform.sleep(limit) }
}

/// The future of [`within`].
pub(crate) struct Within<'a, T> {
    work: Pin<Box<dyn Future<Output = T> + 'a>>,
    timer: LocalFuture<()>,
}

impl<T> Future for Within<'_, T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        match self.work.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => self.timer.as_mut().poll(context).map(|()| None),
        }
    }
}

/// Whether the host is this machine, so that nobody can listen in.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = host.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "::1"
        || name.starts_with("127.") && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_the_rest() {
        for host in ["localhost", "LocalHost", "db.localhost", "127.0.0.1", "127.9.9.9", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example.com", "10.0.0.1", "::2", "127.0.0.1.example.com"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
