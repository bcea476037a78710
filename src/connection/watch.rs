//! `Watch`: an eye on a server that owes an answer and has said how long it may be silent.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::platform::{LocalFuture, Platform};

/// Looks at a silence while there is one.
#[derive(Default)]
pub(super) struct Watch {
    silence: RefCell<Option<Silence>>,
    /// Someone has been sent to watch, and is not back.
    watched: Cell<bool>,
}

struct Silence {
    since: Duration,
    timer: LocalFuture<()>,
    watcher: Option<Waker>,
}

impl Watch {
    pub(super) fn is_on(&self) -> bool {
        self.silence.borrow().is_some()
    }

    /// The silence begins. Whether someone must be sent to watch it: whoever watched the last one may not be back.
    #[must_use]
    pub(super) fn start(&self, platform: &dyn Platform, limit: Duration) -> bool {
        let silence = Silence { since: platform.now(), timer: platform.sleep(limit), watcher: None };
        self.silence.replace(Some(silence));
        !self.watched.replace(true)
    }

    /// The server was heard, and owes more.
    pub(super) fn begin_anew(&self, now: Duration) {
        if let Some(silence) = &mut *self.silence.borrow_mut() {
            silence.since = now;
        }
    }

    /// The server owes nothing any more. Its timer goes too: it could keep a program from ending.
    pub(super) fn stop(&self) {
        let watcher = self.silence.take().and_then(|silence| silence.watcher);
        if let Some(watcher) = watcher {
            watcher.wake();
        }
    }

    /// Whether the server was silent for too long; `false` once nobody watches any more.
    pub(super) async fn is_broken(self: Rc<Self>, platform: Rc<dyn Platform>, limit: Duration) -> bool {
        poll_fn(|context| self.poll(context, &*platform, limit)).await
    }

    fn poll(&self, context: &mut Context<'_>, platform: &dyn Platform, limit: Duration) -> Poll<bool> {
        let mut silence = self.silence.borrow_mut();
        let Some(silence) = &mut *silence else {
            self.watched.set(false);
            return Poll::Ready(false);
        };
        silence.watcher = Some(context.waker().clone());
        while silence.timer.as_mut().poll(context).is_ready() {
            let lasts = platform.now().saturating_sub(silence.since);
            if lasts >= limit {
                return Poll::Ready(true);
            }
            silence.timer = platform.sleep(limit - lasts);
        }
        Poll::Pending
    }
}
