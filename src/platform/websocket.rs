//! `Web`: the web as a host: its WebSocket, its clock, its chance.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use super::timer::{Sleep, now};
use super::{Closed, Diagnosis, Event, Events, LocalFuture, Platform, Target, Transport, WebSocketUrl};
use crate::error::{Error, ErrorKind, Result};

/// How a WebSocket is made for a target, given its URL.
pub(crate) type Opener = Box<dyn Fn(&Target, &str) -> Result<WebSocket>>;

/// What can be found out about a socket that was closed before it was open.
pub(crate) type Diagnose = dyn Fn(&str, &Closed) -> LocalFuture<Option<Diagnosis>>;

/// The web.
pub(crate) struct Web {
    pub(crate) open: Opener,
    pub(crate) url: Option<WebSocketUrl>,
    pub(crate) diagnose: Option<Rc<Diagnose>>,
    /// Whether a socket can be told which certificates to trust.
    pub(crate) can_choose_trust: bool,
    /// Whether the sockets keep alive by themselves.
    pub(crate) keeps_alive: bool,
}

impl Default for Web {
    fn default() -> Self {
        let open = |_: &Target, url: &str| WebSocket::new(url).map_err(|thrown| refused(url, &thrown));
        Self { open: Box::new(open), url: None, diagnose: None, can_choose_trust: false, keeps_alive: false }
    }
}

#[wasm_bindgen]
extern "C" {
    type Location;
    #[wasm_bindgen(thread_local_v2, js_name = location)]
    static LOCATION: Option<Location>;
    #[wasm_bindgen(method, getter)]
    fn protocol(this: &Location) -> Option<String>;
    type Thrown;
    #[wasm_bindgen(method, getter)]
    fn message(this: &Thrown) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn code(this: &Thrown) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn retryable(this: &Thrown) -> JsValue;
}

/// An error for a socket that the host would not even try to open.
pub(crate) fn refused(url: &str, thrown: &JsValue) -> Error {
    let why = message_of(thrown).unwrap_or_else(|| "no reason given".to_owned());
    // One of our own errors knows better what it is.
    let own = thrown.is_object().then(|| thrown.unchecked_ref::<Thrown>());
    if let Some((code, retryable)) = own.and_then(|own| Some((own.code().as_string()?, own.retryable().as_bool()?))) {
        return Error::new(ErrorKind::Connection, code, why).retryable(retryable);
    }
    Error::connection("ConnectionRefusedByHost", format!("The runtime does not open {url}: {why}"))
}

fn message_of(thrown: &JsValue) -> Option<String> {
    if !thrown.is_object() {
        return thrown.as_string();
    }
    thrown.unchecked_ref::<Thrown>().message().filter(|message| !message.is_empty())
}

impl Platform for Web {
    fn now(&self) -> Duration {
        now()
    }

    fn sleep(&self, delay: Duration) -> LocalFuture<()> {
        Box::pin(Sleep::new(delay))
    }

    fn spawn(&self, task: LocalFuture<()>) {
        wasm_bindgen_futures::spawn_local(task);
    }

    fn keeps_alive(&self) -> bool {
        self.keeps_alive
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn check(&self, target: &Target) -> Result<()> {
        let asks_for_trust = target.tls.as_ref().is_some_and(|tls| tls.trust_all || tls.pinned.is_some());
        if asks_for_trust && !self.can_choose_trust {
            return Err(Error::configuration(
                "A browser decides by itself which certificates to trust: leave out trust and the server certificate, \
                 use +s rather than +ssc, and have the browser or the system trust the server's certificate",
            ));
        }
        let page_is_secure = LOCATION.with(|location| location.as_ref().and_then(Location::protocol));
        let on_loopback = crate::platform::is_loopback(&target.address.host);
        // With URLs of the application's making it is they that count, and they are not known yet.
        let is_plain = target.tls.is_none() && self.url.is_none();
        if page_is_secure.as_deref() == Some("https:") && is_plain && !on_loopback {
            let advice = "(mixed content): encrypt the connection";
            let message = format!("A page served by https cannot open {} {advice}", target.url());
            return Err(Error::new(ErrorKind::Configuration, "MixedContent", message));
        }
        Ok(())
    }

    fn url(&self, target: &Target) -> Result<String> {
        self.url.as_ref().map_or_else(|| Ok(target.url()), |url| url.of(&target.address))
    }

    fn connect(&self, target: &Target, url: &str, events: Events) -> Result<Box<dyn Transport>> {
        let socket = (self.open)(target, url)?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let diagnose = self.diagnose.clone().map(|diagnose| (diagnose, url.to_owned()));
        Ok(Box::new(Socket::new(socket, events, diagnose)))
    }
}

struct Socket {
    socket: WebSocket,
    _handlers: Handlers,
}

struct Handlers {
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
}

impl Socket {
    fn new(socket: WebSocket, events: Events, diagnose: Option<(Rc<Diagnose>, String)>) -> Self {
        let trouble = RefCell::default();
        let events = Rc::new(Hearer { events, diagnose: RefCell::new(diagnose), closed: Cell::new(false), trouble });
        let hearer = Rc::clone(&events);
        let on_open = Closure::<dyn FnMut()>::new(move || {
            hearer.diagnose.take();
            (hearer.events)(Event::Opened);
        });
        let hearer = Rc::clone(&events);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = js_sys::Uint8Array::new(&event.data()).to_vec();
            (hearer.events)(Event::Received(&bytes));
        });
        let hearer = Rc::clone(&events);
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            hearer.closed(Closed { code: event.code(), reason: event.reason(), diagnosis: None });
        });
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let hearer = Rc::clone(&events);
            hearer.trouble.replace(message_of(&event).unwrap_or_default());
            // The close event, which knows more, usually follows; some runtimes fire none after an error.
            wasm_bindgen_futures::spawn_local(async move {
                Sleep::new(CLOSE_EVENT_LIMIT).await;
                hearer.closed(Closed { code: 1006, ..Closed::default() });
            });
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        socket.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let handlers =
            Handlers { _on_open: on_open, _on_message: on_message, _on_close: on_close, _on_error: on_error };
        Self { socket, _handlers: handlers }
    }
}

/// How long after an error a close event may take.
const CLOSE_EVENT_LIMIT: Duration = Duration::from_millis(50);

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
        let Some((diagnose, url)) = self.diagnose.take() else { return (self.events)(Event::Closed(closed)) };
        let hearer = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            closed.diagnosis = diagnose(&url, &closed).await;
            (hearer.events)(Event::Closed(closed));
        });
    }
}

impl Transport for Socket {
    fn send(&self, bytes: &[u8]) -> Result<()> {
        self.socket.send_with_u8_array(bytes).map_err(|thrown| {
            let why = message_of(&thrown).unwrap_or_default();
            Error::connection("ConnectionClosed", format!("The WebSocket takes no more data: {why}"))
        })
    }

    fn is_open(&self) -> bool {
        // Those of a worker do not say.
        !matches!(self.socket.ready_state(), WebSocket::CLOSING | WebSocket::CLOSED)
    }

    fn close(&self) {
        // It throws only for a code or a reason that it does not like, and none is given.
        let _ = self.socket.close();
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // A socket of the `ws` package that is closed while it opens reports an error to whoever listens, and ends
        // the process where nobody does.
        let ignore = Closure::<dyn FnMut(JsValue)>::new(|_| ()).into_js_value();
        self.socket.set_onerror(Some(ignore.unchecked_ref()));
        self.close();
    }
}
