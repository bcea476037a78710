//! `DriverHandle`, for `driver.js`.

use std::future::ready;
use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::abort::{AbortSignal, promise};
use super::ask::{ask, current_caller};
use super::from_js;
use super::given::{self, Given};
use super::records::Decoder;
use super::result::Decoding;
use super::session::SessionHandle;
use super::to_js;
use super::work_error::WorkError;
use super::{Bridge, with_bridge};
use crate::bolt::AuthToken;
use crate::driver::{Driver, RecordStream};
use crate::error::Result;
use crate::platform::websocket::{Diagnose, Opener, Take, Web, refused};
use crate::platform::{Closed, Diagnosis, LocalFuture, Target, gate};

/// A driver.
#[wasm_bindgen]
pub struct DriverHandle {
    driver: Driver,
}

#[wasm_bindgen]
impl DriverHandle {
    /// Checks everything and opens nothing.
    ///
    /// # Errors
    /// A `ConfigurationError`.
    #[wasm_bindgen(constructor)]
    pub fn new(uri: &str, config: JsValue) -> Result<Self, JsValue> {
        Self::create(uri, &Given(config)).map_err(|error| to_js::error(&error))
    }

    fn create(uri: &str, config: &Given) -> Result<Self> {
        let can_choose_trust = config.flag("canTrustAll").unwrap_or_default();
        let wish = Wish {
            keep_alive: config.flag("keepAlive").unwrap_or(true),
            socket: config.value("socket").unwrap_or_default(),
        };
        let own = config.function("webSocket");
        let options = from_js::config(config)?;
        let url = options.web_socket_url.clone();
        // What the application's own sockets do, and where its URLs lead, only the application knows.
        let is_ours = own.is_none() && url.is_none();
        let platform = Web {
            can_choose_trust,
            keeps_alive: is_ours && config.flag("keepsAlive").unwrap_or_default(),
            url,
            is_tcp: wish.socket.is_object(),
            diagnose: is_ours.then(|| Rc::new(diagnose) as Rc<Diagnose>),
            open: opener(own, wish),
        };
        Ok(Self { driver: Driver::with_platform(uri, options, Rc::new(platform))? })
    }

    /// Whether the scheme asks for routing.
    #[wasm_bindgen(js_name = isRouting)]
    pub fn is_routing(&self) -> bool {
        self.driver.is_routing()
    }

    /// A new session.
    ///
    /// # Errors
    /// A `UsageError` when the driver is closed.
    pub fn session(&self, options: JsValue) -> Result<SessionHandle, JsValue> {
        let session = from_js::session_config(&Given(options)).and_then(|config| self.driver.session(config));
        session.map(|session| SessionHandle { session }).map_err(to_js::thrown)
    }

    /// Runs a query in a transaction of its own; keys, batches of records, and what the summary is made of.
    #[wasm_bindgen(js_name = executeQuery)]
    pub fn execute_query(
        &self,
        query: String,
        parameters: Vec<u8>,
        options: JsValue,
        decoder: Decoder,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let driver = self.driver.clone();
        promise(signal, async move {
            let options = Given(options);
            let work = execute_query(driver, query, parameters, &options, Decoding::new(decoder));
            work.await.map_err(WorkError::into_js)
        })
    }

    /// Connects if need be; who answers.
    #[wasm_bindgen(js_name = getServerInfo)]
    pub fn get_server_info(&self, signal: Option<AbortSignal>) -> Promise {
        let driver = self.driver.clone();
        promise(signal, async move {
            let info = driver.server_info().await.map_err(to_js::thrown)?;
            Ok(to_js::server_info(&info))
        })
    }

    /// Whether the token in the options is good.
    #[wasm_bindgen(js_name = verifyAuthentication)]
    pub fn verify_authentication(&self, options: JsValue, signal: Option<AbortSignal>) -> Promise {
        let driver = self.driver.clone();
        promise(signal, async move {
            let options = Given(options);
            let token = from_js::session_auth(&options).map_err(to_js::thrown)?.unwrap_or_else(AuthToken::none);
            let verified = driver.verify_authentication(&token, from_js::database(&options).as_deref()).await;
            verified.map(JsValue::from).map_err(to_js::thrown)
        })
    }

    /// The version of Bolt that was agreed on, without a login.
    #[wasm_bindgen(js_name = protocolVersion)]
    pub fn protocol_version(&self) -> Promise {
        let driver = self.driver.clone();
        promise(None, async move { driver.protocol_version().await.map(JsValue::from).map_err(to_js::thrown) })
    }

    /// Whether sessions can authenticate as someone else.
    #[wasm_bindgen(js_name = supportsSessionAuth)]
    pub fn supports_session_auth(&self, signal: Option<AbortSignal>) -> Promise {
        let driver = self.driver.clone();
        promise(signal, async move { driver.supports_session_auth().await.map(JsValue::from).map_err(to_js::thrown) })
    }

    /// Whether connections are encrypted.
    #[wasm_bindgen(js_name = isEncrypted)]
    pub fn is_encrypted(&self) -> bool {
        self.driver.is_encrypted()
    }

    /// What is known of a database's members, `undefined` where nothing is.
    #[wasm_bindgen(js_name = routingTable)]
    pub fn routing_table(&self, options: JsValue) -> JsValue {
        let table = self.driver.routing_table(from_js::database(&Given(options)).as_deref());
        table.map_or(JsValue::UNDEFINED, |table| to_js::routing_table(&table))
    }

    /// Asks for a database's members.
    #[wasm_bindgen(js_name = updateRoutingTable)]
    pub fn update_routing_table(&self, options: JsValue, signal: Option<AbortSignal>) -> Promise {
        let driver = self.driver.clone();
        promise(signal, async move {
            let options = Given(options);
            let (database, bookmarks) = (from_js::database(&options), from_js::bookmarks(&options));
            let updated = driver.update_routing_table(database.as_deref(), &bookmarks).await;
            updated.map(|table| to_js::routing_table(&table)).map_err(to_js::thrown)
        })
    }

    /// Closes every connection at once.
    pub fn close(&self) -> Promise {
        let driver = self.driver.clone();
        promise(None, async move {
            driver.close().await;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Whether it is closed.
    #[wasm_bindgen(js_name = isClosed)]
    pub fn is_closed(&self) -> bool {
        self.driver.closed()
    }

    /// How many connections there are, by server.
    pub fn metrics(&self) -> Array {
        let count = |count: usize| JsValue::from(count as u32);
        let servers = self.driver.metrics().into_iter().map(|server| {
            to_js::object(&[
                ("address", JsValue::from(server.address.to_string())),
                ("inUse", count(server.in_use)),
                ("idle", count(server.idle)),
                ("opening", count(server.opening)),
                ("waiting", count(server.waiting)),
            ])
        });
        servers.collect()
    }
}

/// What the configuration wishes of the runtime's sockets.
struct Wish {
    keep_alive: bool,
    /// Who owns WebSockets, or what those of TCP need: JavaScript's own.
    socket: JsValue,
}

/// The application's own way to make a WebSocket, or the runtime's.
fn opener(own: Option<js_sys::Function>, wish: Wish) -> Opener {
    Box::new(move |target, url, take| {
        let take: Take = Box::new(|socket| {
            take(socket.clone())?;
            with_bridge(|bridge| bridge.opened(&socket));
            Ok(())
        });
        let opened = match &own {
            Some(own) => own_socket(own.clone(), url, take),
            None => {
                let taken = runtime_socket(target, url, &wish).and_then(take);
                Box::pin(ready(taken))
            }
        };
        let url = url.to_owned();
        Box::pin(async move { opened.await.map_err(|thrown| refused(&url, &thrown)) })
    })
}

/// Taken in the moment it is made: it may not wait with what it has to tell.
fn own_socket(own: js_sys::Function, url: &str, take: Take) -> LocalFuture<Result<(), JsValue>> {
    let url = JsValue::from(url);
    let open = Closure::once_into_js(move || take(own.call1(&JsValue::UNDEFINED, &url)?));
    let asked = ask(open.unchecked_ref(), &Array::new());
    Box::pin(async { asked.await.map(drop) })
}

fn runtime_socket(target: &Target, url: &str, wish: &Wish) -> Result<JsValue, JsValue> {
    let tls = target.tls.clone().unwrap_or_default();
    let pinned = tls.pinned.as_deref().map_or(JsValue::UNDEFINED, |der| js_sys::Uint8Array::from(der).into());
    let options = to_js::object(&[
        ("trustAll", JsValue::from(tls.trust_all)),
        ("pinned", pinned),
        ("keepAlive", JsValue::from(wish.keep_alive)),
        ("socket", wish.socket.clone()),
        ("caller", current_caller()),
    ]);
    with_bridge(|bridge: &Bridge| Some(bridge.open_socket(url, &options)))
        .unwrap_or_else(|| Err(JsError::new("the package was not initialised").into()))
}

/// As `diagnose.js` has it: code, advice, and whether to try again.
fn diagnose(url: &str, closed: &Closed) -> LocalFuture<Option<Diagnosis>> {
    let asked = with_bridge(|bridge| Some(bridge.diagnose(url, closed.code, &closed.reason)));
    Box::pin(async move { gate::diagnosis(&JsFuture::from(asked?).await.ok()?) })
}

async fn execute_query(
    driver: Driver,
    query: String,
    parameters: Vec<u8>,
    options: &Given,
    decoding: Decoding,
) -> Result<JsValue, WorkError> {
    let parameters = given::map(&parameters)?;
    let config = from_js::transaction_config(options)?;
    let session = driver.session(from_js::session_config(options)?)?;
    let take = async |stream: RecordStream| {
        stream.want_all();
        decoding.keys(stream.keys());
        let batches = Array::new();
        while let Some(batch) = decoding.next(&stream, true).await? {
            batches.push(&batch);
        }
        let outcome = to_js::outcome(&*stream.outcome().await?);
        Ok::<_, WorkError>(Array::of3(&to_js::strings(stream.keys()), &batches, &outcome).into())
    };
    session.execute_query(&query, &parameters, config, take).await
}
