//! `ResultHandle`: a result that has been started, for `result.js`.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::abort::{AbortSignal, OnAbort, abortable, promise_within};
use super::ask::caller;
use super::records::{self, Decoder};
use super::thrown::Thrown;
use super::to_js;
use super::work_error::WorkError;
use crate::bolt::packstream::{Names, columns::Columns, tape::Tape};
use crate::connection::waiters::{Waiters, wake};
use crate::driver::{Heard, RecordStream};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Caller, LocalFuture, gate};

/// A result that has been started.
#[wasm_bindgen]
pub struct ResultHandle {
    inner: Rc<Inner>,
}

struct Inner {
    state: RefCell<State>,
    decoding: Decoding,
    signal: Option<AbortSignal>,
    /// Someone has asked, and so is told what goes wrong.
    heard: Heard,
    /// Whose call has started it.
    caller: Option<Caller>,
    /// Gives the result up when the signal fires, whether or not anyone asks for more.
    on_abort: RefCell<Option<OnAbort>>,
}

#[derive(Default)]
struct State {
    /// What starting it came to, once it has.
    started: Option<Result<Rc<RecordStream>, JsValue>>,
    waiters: Waiters,
}

/// What it takes to make JavaScript records of one result's bytes.
pub(super) struct Decoding {
    decoder: Decoder,
    /// It wants numeric ids too.
    ids: bool,
    /// The tape is kept for its room.
    tape: RefCell<(Tape, Names)>,
    columns: RefCell<Columns>,
}

impl Decoding {
    pub(super) fn new(decoder: Decoder) -> Self {
        let ids = gate::get(&decoder, "ids") == Some(JsValue::TRUE);
        Self { decoder, ids, tape: RefCell::default(), columns: RefCell::default() }
    }

    pub(super) fn keys(&self, keys: &[String]) {
        self.decoder.keys(to_js::strings(keys));
    }

    /// The next records; `None` at the end. `whole`: as many as are fetched at a time, rather than what is there.
    pub(super) async fn next(&self, stream: &RecordStream, whole: bool) -> Result<Option<Array>, WorkError> {
        let at_least = if whole { usize::MAX } else { 1 };
        let Some(batch) = stream.next_batch(at_least).await? else {
            self.tape.take();
            return Ok(None);
        };
        let columns = stream.keys().len();
        let wanted = (stream.dialect(), self.ids);
        let records = records::records(&self.decoder, &mut self.tape.borrow_mut(), columns, &batch, wanted);
        readable(stream, records.map(Some))
    }

    /// The next records as columns, as many as are fetched at a time; `undefined` at the end.
    async fn columns(&self, stream: &RecordStream) -> Result<JsValue, WorkError> {
        let Some(batch) = stream.next_batch(usize::MAX).await? else {
            self.columns.take();
            return Ok(JsValue::UNDEFINED);
        };
        let columns = &mut self.columns.borrow_mut();
        readable(stream, records::columns(&self.decoder, columns, stream.keys().len(), &batch, stream.dialect()))
    }
}

/// What cannot be read ends the result, and its transaction.
fn readable<T>(stream: &RecordStream, read: Result<T, WorkError>) -> Result<T, WorkError> {
    read.inspect_err(|error| {
        stream.unreadable(&match error {
            WorkError::Driver(error) => error.clone(),
            WorkError::Thrown(thrown) => Thrown::into_error(thrown.clone()),
        });
    })
}

/// Told why a result has not started.
pub(super) type Failed = Box<dyn FnOnce(&JsValue, &Heard)>;

impl ResultHandle {
    /// Starts at once. Errors are kept for whoever asks; `failed` is told that it has not started, as perhaps nobody asks.
    pub(super) fn start(
        decoder: Decoder,
        signal: Option<AbortSignal>,
        run: LocalFuture<Result<RecordStream>>,
        failed: Failed,
    ) -> Self {
        let inner = Rc::new(Inner {
            state: RefCell::default(),
            decoding: Decoding::new(decoder),
            signal,
            caller: caller(),
            heard: Heard::default(),
            on_abort: RefCell::default(),
        });
        let running = Rc::clone(&inner);
        let caller = inner.caller.clone();
        spawn_local(Caller::run(
            caller,
            Box::pin(async move {
                let run = async { run.await.map_err(to_js::thrown) };
                let started = abortable(running.signal.as_ref(), run).await.map(Rc::new);
                match &started {
                    Ok(stream) => {
                        running.decoding.keys(stream.keys());
                        running.cancel_on_abort(stream);
                    }
                    Err(error) => failed(error, &running.heard),
                }
                let waiting = {
                    let mut state = running.state.borrow_mut();
                    state.started = Some(started);
                    state.waiters.take()
                };
                wake(waiting);
            }),
        ));
        Self { inner }
    }

    /// One that was refused before it came here.
    pub(super) fn refused(error: JsValue, failed: Failed) -> Self {
        let refused = Box::pin(std::future::ready(Err(Thrown::into_error(error))));
        // Nothing will be decoded.
        Self::start(JsValue::UNDEFINED.unchecked_into(), None, refused, failed)
    }

    fn promise(
        &self,
        work: impl AsyncFnOnce(&Inner, &RecordStream) -> Result<JsValue, WorkError> + 'static,
    ) -> Promise {
        let inner = Rc::clone(&self.inner);
        inner.heard.set(true);
        promise_within(inner.caller.clone(), inner.signal.clone(), async move {
            let stream = inner.started().await?;
            work(&inner, &stream).await.map_err(WorkError::into_js)
        })
    }
}

impl Inner {
    fn cancel_on_abort(&self, stream: &Rc<RecordStream>) {
        let Some(signal) = &self.signal else { return };
        let stream = Rc::clone(stream);
        let cancel =
            move || stream.cancel(Error::new(ErrorKind::Usage, "Aborted", "The result was aborted by its signal"));
        self.on_abort.replace(Some(OnAbort::new(signal, cancel)));
    }

    async fn started(&self) -> Result<Rc<RecordStream>, JsValue> {
        poll_fn(|context| {
            let mut state = self.state.borrow_mut();
            match &state.started {
                Some(started) => Poll::Ready(started.clone()),
                None => {
                    state.waiters.add(context);
                    Poll::Pending
                }
            }
        })
        .await
    }
}

#[wasm_bindgen]
impl ResultHandle {
    /// The names of the columns.
    pub fn keys(&self) -> Promise {
        self.promise(async |_, stream| Ok(to_js::strings(stream.keys()).into()))
    }

    /// The next records, `undefined` at the end. `whole`: as many as are fetched at a time, rather than what is there.
    pub fn next(&self, whole: Option<bool>) -> Promise {
        let whole = whole.unwrap_or_default();
        self.promise(async move |inner, stream| {
            if whole {
                stream.want_all();
            }
            let records = inner.decoding.next(stream, whole).await?;
            Ok(records.map_or(JsValue::UNDEFINED, JsValue::from))
        })
    }

    /// The next records as columns, as many as are fetched at a time; `undefined` at the end.
    pub fn columns(&self) -> Promise {
        self.promise(async |inner, stream| inner.decoding.columns(stream).await)
    }

    /// Whether it may hold a connection: it has neither come to its end nor failed.
    #[wasm_bindgen(js_name = isOpen)]
    pub fn is_open(&self) -> bool {
        match &self.inner.state.borrow().started {
            None => true,
            Some(started) => started.as_ref().is_ok_and(|stream| !stream.is_at_end()),
        }
    }

    /// Throws the rest away; what `summary.js` makes the summary of.
    pub fn consume(&self) -> Promise {
        self.promise(async |_, stream| Ok(to_js::outcome(&*stream.outcome().await?)))
    }
}
