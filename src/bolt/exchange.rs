//! `Exchange`: one connection's conversation, as a value that is fed and drained.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::chunking::{Dechunker, MAX_MESSAGE_SIZE, joined_from, too_many_values, write_chunked};
use super::handshake::{OFFER, declines, offer_only, read_answer, read_answer_to_only};
use super::modest::is_modest;
use super::packstream::{Dialect, Weight, begins_list};
use super::records::RecordBatch;
use super::request::Request;
use super::response::{Response, has_more, read_summary, tag, unexplained};
use super::server_state::{Outcome, RequestKind, ServerState};
use super::version::Version;
use crate::error::{Error, Result};
use crate::value::{Map, Value};

/// What the caller gives with a request to know its responses by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token(pub u64);

/// The conversation on one connection.
///
/// Requests go in by [`submit`](Self::submit), the peer's bytes by [`receive`](Self::receive), however they are cut;
/// out come bytes to send ([`take_output`](Self::take_output)) and responses ([`next_response`](Self::next_response)),
/// each with the token of its request.
#[derive(Debug)]
pub struct Exchange {
    protocol: Option<(Version, Dialect)>,
    /// The server has agreed to that version; until then it is only taken for granted.
    agreed: bool,
    /// The server's answer to the handshake, as far as it has come.
    handshake: Vec<u8>,
    dechunker: Dechunker,
    /// The most bytes that a message may have.
    limit: usize,
    output: Vec<u8>,
    /// What no server reads before the login, and so is output once that is done.
    after_login: Vec<u8>,
    pending: VecDeque<Pending>,
    responses: VecDeque<(Token, Response)>,
    state: ServerState,
    /// How many of the pending requests are RESET.
    resets: usize,
    /// Results of the transaction that are not at their end.
    open_results: usize,
}

#[derive(Debug, Clone, Copy)]
struct Pending {
    token: Token,
    kind: RequestKind,
    /// How many records may still come.
    records: u64,
}

impl Default for Exchange {
    fn default() -> Self {
        Self::new()
    }
}

impl Exchange {
    /// A new conversation; its first output is the handshake.
    #[must_use]
    pub fn new() -> Self {
        Self {
            protocol: None,
            agreed: false,
            handshake: Vec::new(),
            dechunker: Dechunker::default(),
            limit: MAX_MESSAGE_SIZE,
            output: OFFER.to_vec(),
            after_login: Vec::new(),
            pending: VecDeque::new(),
            responses: VecDeque::new(),
            state: ServerState::Negotiation,
            resets: 0,
            open_results: 0,
        }
    }

    /// A new conversation with a server that is known to speak `version`. It is offered nothing else, and requests can be
    /// submitted at once, to be sent with the handshake: a server that has come to speak something else says so, and looks
    /// at nothing of them.
    #[must_use]
    pub fn with_version(version: Version, dialect: Dialect) -> Self {
        Self { protocol: Some((version, dialect)), output: offer_only(version).to_vec(), ..Self::new() }
    }

    /// Takes in no message of more bytes than this from now on; the default is
    /// [`MAX_MESSAGE_SIZE`](super::chunking::MAX_MESSAGE_SIZE).
    pub fn limit_messages(&mut self, limit: usize) {
        self.dechunker.limit_messages(limit);
        self.limit = limit;
    }

    /// The version agreed on, or taken for granted; `None` until the handshake is done otherwise.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        self.protocol.map(|(version, _)| version)
    }

    /// Whether the handshake is done.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        self.agreed
    }

    /// Whether the server has said that it speaks nothing of what was offered: then it has not looked at anything else.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        !self.agreed && declines(&self.handshake)
    }

    /// The forms that structures take; `None` until there is a [version](Self::version).
    #[must_use]
    pub fn dialect(&self) -> Option<Dialect> {
        self.protocol.map(|(_, dialect)| dialect)
    }

    /// Where the server stood after its last answer.
    #[must_use]
    pub fn state(&self) -> ServerState {
        self.state
    }

    /// How many requests have no answer yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// The token of each request without an answer, the oldest first.
    pub fn pending_tokens(&self) -> impl Iterator<Item = Token> {
        self.pending.iter().map(|pending| pending.token)
    }

    /// Adds a request to the output. All of it, or on an error nothing.
    ///
    /// # Errors
    /// Those of [`Request::encode`], and a protocol error before the handshake is done or, GOODBYE excepted, once the
    /// conversation is over ([`ServerState::Defunct`]): nothing would ever answer.
    pub fn submit(&mut self, request: &Request<'_>, token: Token) -> Result<()> {
        let (version, dialect) = self.protocol.ok_or_else(|| Error::protocol("No request before the handshake"))?;
        let kind = request.kind(version);
        if kind.is_some() && self.state == ServerState::Defunct {
            return Err(Error::protocol("No request after the conversation has ended"));
        }
        let message = request.encode(version, dialect)?;
        let output = if self.must_wait(kind, &message) { &mut self.after_login } else { &mut self.output };
        write_chunked(&message, output);
        if let Some(kind) = kind {
            self.pending.push_back(Pending { token, kind, records: most_records(request) });
            if kind == RequestKind::Reset {
                self.resets += 1;
                self.state = ServerState::Interrupted;
            }
        }
        Ok(())
    }

    /// Whether something has been submitted that is no output before the login is done.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        !self.after_login.is_empty()
    }

    fn must_wait(&self, kind: Option<RequestKind>, message: &[u8]) -> bool {
        let is_login = matches!(kind, Some(RequestKind::Hello { .. } | RequestKind::Logon));
        let is_due = matches!(self.state, ServerState::Negotiation | ServerState::Authentication);
        self.is_waiting() || is_due && !is_login && !is_modest(message)
    }

    /// Whether there is anything to send.
    #[must_use]
    pub fn has_output(&self) -> bool {
        !self.output.is_empty()
    }

    /// Takes the bytes to send. They may be cut anywhere.
    #[must_use]
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Takes in bytes from the peer.
    ///
    /// # Errors
    /// A protocol error when the peer does not speak Bolt; the conversation is over then ([`ServerState::Defunct`]).
    pub fn receive(&mut self, bytes: &[u8]) -> Result<()> {
        if self.state == ServerState::Defunct {
            return Ok(());
        }
        let received = self.receive_inner(bytes);
        if received.is_err() {
            self.state = ServerState::Defunct;
        }
        received
    }

    /// The next response with the token of its request.
    pub fn next_response(&mut self) -> Option<(Token, Response)> {
        self.responses.pop_front()
    }

    fn receive_inner(&mut self, bytes: &[u8]) -> Result<()> {
        if let (true, Some(protocol)) = (self.agreed, self.protocol) {
            return self.receive_messages(bytes, protocol);
        }
        self.handshake.extend_from_slice(bytes);
        let answer = match self.protocol {
            None => read_answer(&self.handshake)?,
            Some((offered, _)) => read_answer_to_only(offered, &self.handshake)?,
        };
        let Some(agreement) = answer else { return Ok(()) };
        let rest = self.handshake.split_off(agreement.used);
        self.handshake = Vec::new();
        self.output.extend_from_slice(&agreement.answer);
        self.agreed = true;
        let protocol = *self.protocol.get_or_insert_with(|| (agreement.version, agreement.version.dialect(false)));
        self.receive_messages(&rest, protocol)
    }

    fn receive_messages(&mut self, bytes: &[u8], protocol: (Version, Dialect)) -> Result<()> {
        let mut dechunker = std::mem::take(&mut self.dechunker);
        // The dialect can change within these bytes: HELLO's answer may agree to the UTC patch.
        let received = dechunker.receive(bytes, |message| {
            let (version, dialect) = self.protocol.unwrap_or(protocol);
            self.message(message, bytes.len(), version, dialect)
        });
        self.dechunker = dechunker;
        received
    }

    /// `came`: with how many bytes it came at once.
    fn message(&mut self, message: Cow<'_, [u8]>, came: usize, version: Version, dialect: Dialect) -> Result<()> {
        if self.state == ServerState::Defunct {
            // What follows a refused HELLO or LOGON says nothing, in whatever frame it comes.
            return Ok(());
        }
        let Some(pending) = self.pending.front_mut() else {
            return Err(Error::protocol("The server answers a request that was never sent"));
        };
        if matches!(message, Cow::Owned(_)) && takes(&message, self.limit) > self.limit.saturating_mul(2) {
            return Err(too_many_values(self.limit));
        }
        // Not `starts_with`, which is a call for each record.
        if let [0xB1, tag::RECORD, record @ ..] = &*message {
            let token = pending.take_record(record)?;
            return self.record(token, message, came);
        }
        let pending = *pending;
        let response = read_summary(&message, version, dialect)?;
        self.advance(pending, &response)?;
        if let (RequestKind::Hello { .. }, Response::Success(metadata)) = (pending.kind, &response) {
            self.protocol = Some((version, version.dialect(agrees_to_utc(metadata))));
        }
        self.pending.pop_front();
        self.resets -= usize::from(pending.kind == RequestKind::Reset);
        self.responses.push_back((pending.token, response));
        Ok(())
    }

    fn record(&mut self, token: Token, message: Cow<'_, [u8]>, came: usize) -> Result<()> {
        let batch = match (self.responses.back_mut(), message) {
            (_, Cow::Owned(message)) => RecordBatch::of_one(message, RECORD.len()),
            (Some((last, Response::Records(batch))), Cow::Borrowed(message)) if *last == token && batch.has_room() => {
                return batch.push(&message[RECORD.len()..]);
            }
            (_, Cow::Borrowed(message)) => {
                // What came with it is mostly more of the same.
                let mut batch = RecordBatch::with_room(came)?;
                batch.push(&message[RECORD.len()..])?;
                batch
            }
        };
        self.responses.push_back((token, Response::Records(batch)));
        Ok(())
    }

    fn advance(&mut self, pending: Pending, response: &Response) -> Result<()> {
        let outcome = match response {
            Response::Success(metadata) => Outcome::Success { has_more: has_more(metadata) },
            Response::Failure(_) => Outcome::Failure,
            Response::Ignored | Response::Records(_) => Outcome::Ignored,
        };
        let ends_result = matches!(pending.kind, RequestKind::Stream { .. })
            && matches!(outcome, Outcome::Success { has_more: false });
        let others = if ends_result { self.open_results.saturating_sub(1) } else { self.open_results };
        let overtaken = pending.kind == RequestKind::Reset && self.resets > 1 && outcome != Outcome::Failure;
        let next = match overtaken {
            // A RESET that another one has overtaken may be ignored, and the other one interrupts in any case.
            true => Some(ServerState::Interrupted),
            false => self.state.after(pending.kind, outcome, others),
        };
        let state = next.ok_or_else(|| match (pending.kind, outcome) {
            (RequestKind::Run | RequestKind::Stream { .. } | RequestKind::Begin, Outcome::Ignored) => unexplained(),
            (kind, _) => {
                Error::protocol(format!("The server answers {} in a way that is not possible there", kind.name()))
            }
        })?;
        self.open_results = match (state, pending.kind) {
            (ServerState::TxStreaming, RequestKind::Run) => self.open_results + 1,
            (ServerState::TxStreaming, _) => others,
            _ => 0,
        };
        self.state = state;
        if state == ServerState::Ready {
            self.output.append(&mut self.after_login);
        }
        Ok(())
    }
}

/// How a record begins: the structure, then its one field.
const RECORD: [u8; 2] = [0xB1, tag::RECORD];

impl Pending {
    /// Counts a record that answers it.
    fn take_record(&mut self, record: &[u8]) -> Result<Token> {
        if self.kind != (RequestKind::Stream { records: true }) {
            return Err(Error::protocol("The server sends a record where none was asked for"));
        }
        if !begins_list(record) {
            return Err(Error::protocol("A record is not a list"));
        }
        let Some(left) = self.records.checked_sub(1) else {
            return Err(Error::protocol("The server sends more records than were asked for"));
        };
        self.records = left;
        Ok(self.token)
    }
}

/// Bytes of memory to take in a large message and to read it. What its pieces have taken, its values can take.
fn takes(message: &[u8], limit: usize) -> usize {
    let weight = Weight::of(message);
    let values = if message.starts_with(&RECORD) { weight.tape() } else { weight.of_values() };
    let pieces = message.len().min(joined_from(limit));
    (message.len() + pieces).saturating_add(if values > pieces { values } else { 0 })
}

fn most_records(request: &Request<'_>) -> u64 {
    match request {
        // Below 0: all.
        Request::Pull { count, .. } => u64::try_from(*count).unwrap_or(u64::MAX),
        _ => 0,
    }
}

fn agrees_to_utc(metadata: &Map) -> bool {
    let patches = metadata.get("patch_bolt").and_then(Value::as_list).unwrap_or_default();
    patches.iter().any(|patch| patch.as_str() == Some("utc"))
}
