//! `Web`: the web as a host: its WebSocket, its clock, its chance. Where the runtime has TCP, its sockets look the same.

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::Rc;
use std::time::Duration;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

use super::caller::Caller;
use super::gate;
use super::timer::{now, sleep};
use super::{
    Closed, Diagnosis, Event, Events, LocalFuture, Platform, Target, Transport, WebSocketUrl, shown, without_secrets,
};
use crate::error::{Error, ErrorKind, Result};

/// Makes a WebSocket for a target, given its URL, and hands it over as soon as it is made: it may have something to tell
/// at any time from then on.
pub(crate) type Opener = Box<dyn Fn(&Target, &str, Take) -> LocalFuture<Result<()>>>;

/// Takes a socket, or throws why it cannot be one.
pub(crate) type Take = Box<dyn FnOnce(JsValue) -> Result<(), JsValue>>;

/// What can be found out about a socket that was closed before it was open.
pub(crate) type Diagnose = dyn Fn(&str, &Closed) -> LocalFuture<Option<Diagnosis>>;

/// The web.
pub(crate) struct Web {
    pub(crate) open: Opener,
    pub(crate) url: Option<WebSocketUrl>,
    /// Whether the sockets are those of TCP.
    pub(crate) is_tcp: bool,
    pub(crate) diagnose: Option<Rc<Diagnose>>,
    /// Whether a socket can be told which certificates to trust.
    pub(crate) can_choose_trust: bool,
    /// Whether the sockets keep alive by themselves.
    pub(crate) keeps_alive: bool,
}

impl Default for Web {
    fn default() -> Self {
        let open = |_: &Target, url: &str, take: Take| {
            let taken = WebSocket::new(url).and_then(|socket| take(socket.into()));
            let opened: LocalFuture<_> = Box::pin(ready(taken.map_err(|thrown| refused(url, &thrown))));
            opened
        };
        Self {
            open: Box::new(open),
            url: None,
            is_tcp: false,
            diagnose: None,
            can_choose_trust: false,
            keeps_alive: false,
        }
    }
}

/// An error for a socket that the host would not even try to open.
pub(crate) fn refused(url: &str, thrown: &JsValue) -> Error {
    let why = without_secrets(&gate::text(thrown));
    // One of our own errors knows better what it is.
    let retryable = || gate::get(thrown, "retryable")?.as_bool();
    if let (Some(code), Some(retryable)) = (gate::get_text(thrown, "code"), retryable()) {
        return Error::new(ErrorKind::Connection, code, why).retryable(retryable);
    }
    Error::connection("ConnectionRefusedByHost", format!("The runtime does not open {}: {why}", shown(url)))
}

impl Platform for Web {
    fn now(&self) -> Duration {
        now()
    }

    fn sleep(&self, delay: Duration) -> LocalFuture<()> {
        sleep(delay)
    }

    fn spawn(&self, task: LocalFuture<()>) {
        wasm_bindgen_futures::spawn_local(Caller::run(Caller::current(), task));
    }

    fn keeps_alive(&self) -> bool {
        self.keeps_alive
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn warn(&self, text: &str) {
        #[cfg(not(feature = "js"))]
        super::console::warn(text);
        #[cfg(feature = "js")]
        let _ = text;
    }

    fn check(&self, target: &Target) -> Result<()> {
        let asks_for_trust = target.tls.as_ref().is_some_and(|tls| tls.trust_all || tls.pinned.is_some());
        if asks_for_trust && !self.can_choose_trust {
            return Err(Error::configuration(
                "The runtime decides by itself which certificates to trust: leave out trust and the server certificate, \
                 use +s rather than +ssc, and have the server's certificate be one that it trusts",
            ));
        }
        let protocol =
            gate::get(&js_sys::global(), "location").and_then(|location| gate::get_text(&location, "protocol"));
        let on_loopback = crate::platform::is_loopback(&target.address.host);
        // With URLs of the application's making it is they that count, and they are not known yet.
        let is_plain = target.tls.is_none() && self.url.is_none();
        if protocol.as_deref() == Some("https:") && is_plain && !on_loopback {
            let advice = "(mixed content): encrypt the connection";
            let message = format!("A page served by https cannot open {} {advice}", target.url());
            return Err(Error::new(ErrorKind::Configuration, "MixedContent", message));
        }
        Ok(())
    }

    fn url(&self, target: &Target) -> LocalFuture<Result<String>> {
        match &self.url {
            Some(url) => url.of(&target.address),
            None => Box::pin(ready(Ok(if self.is_tcp { target.tcp_url() } else { target.url() }))),
        }
    }

    fn connect(&self, target: &Target, url: &str, events: Events) -> LocalFuture<Result<Box<dyn Transport>>> {
        let handlers = Handlers::new(events, self.diagnose.clone().map(|diagnose| (diagnose, url.to_owned())));
        let place: Rc<RefCell<Option<Socket>>> = Rc::default();
        let waiting = Rc::downgrade(&place);
        let is_tcp = self.is_tcp;
        let take = move |socket| {
            let socket = Socket::attach(socket, handlers, is_tcp)?;
            // Where nobody waits any more it is dropped, and so closed.
            if let Some(place) = waiting.upgrade() {
                place.replace(Some(socket));
            }
            Ok(())
        };
        let (opened, url) = ((self.open)(target, url, Box::new(take)), url.to_owned());
        Box::pin(async move {
            opened.await?;
            let socket = place.take().ok_or_else(|| refused(&url, &JsValue::from("no socket was made")))?;
            Ok(Box::new(socket) as Box<dyn Transport>)
        })
    }
}

struct Socket {
    socket: WebSocket,
    handlers: Handlers,
    /// Nothing holds back what comes on a WebSocket.
    is_tcp: bool,
}

/// Any of them may be called at any time, also while it is being called: by a socket that answers before `send` returns.
struct Handlers {
    on_open: Closure<dyn Fn()>,
    on_message: Closure<dyn Fn(JsValue)>,
    on_close: Closure<dyn Fn(JsValue)>,
    on_error: Closure<dyn Fn(JsValue)>,
    hearer: Rc<Hearer>,
}

impl Handlers {
    fn new(events: Events, diagnose: Option<(Rc<Diagnose>, String)>) -> Self {
        let trouble = RefCell::default();
        let events = Rc::new(Hearer { events, diagnose: RefCell::new(diagnose), closed: Cell::new(false), trouble });
        let hearer = Rc::clone(&events);
        let on_open = Closure::<dyn Fn()>::new(move || {
            hearer.diagnose.take();
            (hearer.events)(Event::Opened);
        });
        let hearer = Rc::clone(&events);
        let on_message = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| match gate::bytes(&event) {
            Ok(bytes) => in_parts(&bytes, |part| (hearer.events)(Event::Received(part))),
            Err(what) => (hearer.events)(Event::Alien(&what)),
        });
        let hearer = Rc::clone(&events);
        let on_close = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let code = gate::get(&event, "code").and_then(|code| code.as_f64());
            let reason = gate::get_text(&event, "reason").unwrap_or_default();
            let diagnosis = gate::get(&event, "diagnosis").and_then(|found| gate::diagnosis(&found));
            hearer.closed(Closed { code: code.map_or(ABNORMAL, |code| code as u16), reason, diagnosis });
        });
        let hearer = Rc::clone(&events);
        let on_error = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let hearer = Rc::clone(&hearer);
            hearer.trouble.replace(gate::get_text(&event, "message").unwrap_or_default());
            // The close event, which knows more, usually follows; some runtimes fire none after an error.
            wasm_bindgen_futures::spawn_local(async move {
                sleep(CLOSE_EVENT_LIMIT).await;
                hearer.closed(Closed { code: ABNORMAL, ..Closed::default() });
            });
        });
        Self { on_open, on_message, on_close, on_error, hearer: events }
    }
}

impl Socket {
    /// From now on the handlers hear what happens on the socket; it is closed where it cannot be one.
    fn attach(socket: JsValue, handlers: Handlers, is_tcp: bool) -> Result<Self, JsValue> {
        let is_one = gate::has(&socket, &["send", "close"]);
        let socket = Self { socket: socket.unchecked_into(), handlers, is_tcp };
        let handlers: [(&str, &JsValue); 4] = [
            ("onopen", socket.handlers.on_open.as_ref()),
            ("onmessage", socket.handlers.on_message.as_ref()),
            ("onclose", socket.handlers.on_close.as_ref()),
            ("onerror", socket.handlers.on_error.as_ref()),
        ];
        // Where there is no choice of it, what comes shows what it is.
        gate::set(&socket.socket, "binaryType", &JsValue::from("arraybuffer"));
        if is_one && handlers.iter().all(|(name, handler)| gate::set(&socket.socket, name, handler)) {
            return Ok(socket);
        }
        Err(JsError::new("a WebSocket has send(), close() and handlers that can be set, and this has not").into())
    }
}

/// The most bytes that are taken over at a time.
const PART: u32 = 1 << 20;

/// In parts, so that a large frame is not held here in full before it is looked at.
fn in_parts(bytes: &Uint8Array, hear: impl Fn(&[u8])) {
    if bytes.length() <= PART {
        return hear(&bytes.to_vec());
    }
    for begin in (0..bytes.length()).step_by(PART as usize) {
        hear(&bytes.subarray(begin, bytes.length().min(begin.saturating_add(PART))).to_vec());
    }
}

/// How long after an error a close event may take.
const CLOSE_EVENT_LIMIT: Duration = Duration::from_millis(50);

/// The close code where there was no word of farewell.
const ABNORMAL: u16 = 1006;

struct Hearer {
    events: Events,
    /// Until it is open.
    diagnose: RefCell<Option<(Rc<Diagnose>, String)>>,
    closed: Cell<bool>,
    /// What an error event said. Only some runtimes say anything.
    trouble: RefCell<String>,
}

impl Hearer {
    fn closed(self: &Rc<Self>, mut closed: Closed) {
        if self.closed.replace(true) {
            return;
        }
        if closed.reason.is_empty() {
            closed.reason = self.trouble.take();
        }
        let diagnose = self.diagnose.take().filter(|_| closed.diagnosis.is_none());
        let Some((diagnose, url)) = diagnose else { return (self.events)(Event::Closed(closed)) };
        let hearer = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            closed.diagnosis = diagnose(&url, &closed).await;
            (hearer.events)(Event::Closed(closed));
        });
    }
}

impl Transport for Socket {
    fn send(&self, bytes: &[u8]) -> Result<()> {
        // A copy, as the memory beneath is soon another's: not every runtime takes the bytes before `send` returns (workerd).
        self.socket.send_with_js_u8_array(&Uint8Array::from(bytes)).map_err(|thrown| {
            let why = gate::text(&thrown);
            Error::connection("ConnectionClosed", format!("The WebSocket takes no more data: {why}"))
        })
    }

    fn is_open(&self) -> bool {
        // 2 is CLOSING, 3 CLOSED. Those of a worker do not say.
        gate::ready_state(&self.socket).is_none_or(|state| state < 2.0)
    }

    fn set_paused(&self, paused: bool) {
        if self.is_tcp {
            gate::set(&self.socket, "isPaused", &JsValue::from(paused));
        }
    }

    fn close(&self) {
        // Why it did not open is plain.
        self.handlers.hearer.diagnose.take();
        // What it throws says nothing: it is of no more use either way.
        let _ = self.socket.close();
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        for name in ["onopen", "onmessage", "onclose"] {
            gate::set(&self.socket, name, &JsValue::NULL);
        }
        // A socket of the `ws` package that is closed while it opens reports an error to whoever listens, and ends
        // the process where nobody does.
        gate::set(&self.socket, "onerror", &Closure::<dyn Fn()>::new(|| ()).into_js_value());
        self.close();
    }
}
