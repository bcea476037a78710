//! `Inboxes`: what has come for whom on one connection.

use super::few::Few;
use crate::bolt::{Enough, Records, Response, Token};
use crate::error::{Error, ErrorKind, Result};
use crate::value::Map;

/// How a request ended.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Success(Map),
    Failure(Error),
    /// Not looked at, because a request before it has failed: that failure.
    Ignored(Option<Error>),
}

impl Answer {
    /// The metadata of a SUCCESS.
    pub(crate) fn success(self) -> Result<Map> {
        match self {
            Self::Success(metadata) => Ok(metadata),
            Self::Failure(error) | Self::Ignored(Some(error)) => Err(error),
            Self::Ignored(None) => {
                Err(Error::protocol("The server ignored a request, although nothing before it has failed"))
            }
        }
    }
}

/// What has come for one request.
#[derive(Default)]
pub(super) struct Inbox {
    pub(super) records: Records,
    pub(super) end: Option<Answer>,
    /// Nobody need be woken for less than this.
    pub(super) wanted: Option<Enough>,
}

/// One for each request that someone still wants the answer of.
#[derive(Default)]
pub(super) struct Inboxes {
    inboxes: Few<u64, Inbox>,
    /// What the server refused last, since the connection was lent.
    pub(super) refusal: Option<Error>,
    /// The failure because of which the server ignores everything until RESET.
    ignoring: Option<Error>,
    /// About how many bytes of records may be here unread.
    most: Option<usize>,
}

/// Besides one message: what may well have been asked for.
const ASKED_FOR: usize = 16 << 20;

impl Inboxes {
    /// Keeps no more than a message of so many bytes, and what may well have been asked for besides.
    pub(super) fn limit_messages(&mut self, limit: usize) {
        self.most = Some(limit.saturating_add(ASKED_FOR));
    }

    /// About how many bytes of records have come that nobody has taken.
    pub(super) fn unread(&self) -> usize {
        self.inboxes.iter().map(|(_, inbox)| inbox.records.size()).sum()
    }

    /// Why no more can be kept, if it cannot. Not every host can hold a server back that has been asked for many records.
    pub(super) fn overflow(&self) -> Option<Error> {
        let unread = self.unread();
        self.most.filter(|most| unread > *most).map(|most| {
            let message = format!(
                "More than {most} bytes of records have come and nobody has read them: read a result as it comes, set \
                 fetchSize (fetch_size) to fewer of such records, or raise maxMessageSize (max_message_size)"
            );
            Error::new(ErrorKind::Connection, "TooMuchUnread", message)
        })
    }

    pub(super) fn open(&mut self, token: u64) {
        self.inboxes.insert(token, Inbox::default());
    }

    pub(super) fn close(&mut self, token: u64) {
        self.inboxes.remove(&token);
    }

    pub(super) fn get(&self, token: u64) -> Option<&Inbox> {
        self.inboxes.get(&token)
    }

    pub(super) fn get_mut(&mut self, token: u64) -> Option<&mut Inbox> {
        self.inboxes.get_mut(&token)
    }

    /// Puts a response where it belongs; whether that is worth waking anyone. A server sends each record in messages
    /// of its own, and to wake a task for each would cost more than to read it.
    pub(super) fn put(&mut self, Token(token): Token, response: Response) -> bool {
        match &response {
            Response::Failure(error) => {
                self.refusal = Some(error.clone());
                self.ignoring = Some(error.clone());
            }
            Response::Success(_) => self.ignoring = None,
            Response::Records(_) | Response::Ignored => {}
        }
        let Some(inbox) = self.inboxes.get_mut(&token) else { return false };
        inbox.put(response, self.ignoring.as_ref())
    }
}

impl Inbox {
    /// Whether there is enough for whoever waits. Whoever was ignored is told because of what.
    fn put(&mut self, response: Response, ignored_for: Option<&Error>) -> bool {
        match response {
            Response::Records(batch) => self.records.add(batch),
            Response::Success(metadata) => self.end = Some(Answer::Success(metadata)),
            Response::Failure(error) => self.end = Some(Answer::Failure(error)),
            Response::Ignored => self.end = Some(Answer::Ignored(ignored_for.cloned())),
        }
        let is_enough = self.end.is_some() || self.wanted.is_none_or(|enough| self.records.are(enough));
        if is_enough {
            self.wanted = None;
        }
        is_enough
    }
}
