//! `Outage`: what is known of a server that could not be reached. One tries at a time then, and those who wait share what
//! comes of it: many who need a server must not keep it from coming up.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use super::turns::{Turn, Turns};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Platform, within};

/// Between the end of a try and the next one.
const PAUSE: Duration = Duration::from_millis(150);

/// One that hangs keeps the others for no longer.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct Outage {
    /// When the last try failed, and why; `None` while the server can be reached, as far as is known.
    latest: RefCell<Option<(Duration, Error)>>,
    failures: Cell<u64>,
    turns: Rc<Turns>,
}

impl Outage {
    pub(super) fn new() -> Self {
        Self { latest: RefCell::default(), failures: Cell::new(0), turns: Turns::new(1) }
    }

    /// What `opening` comes to, which is begun at once where nothing is known against the server.
    ///
    /// # Errors
    /// Its own, or that of whoever has tried meanwhile.
    pub(super) async fn pass<T>(
        &self,
        platform: &dyn Platform,
        mut opening: Pin<Box<dyn Future<Output = Result<T>> + '_>>,
    ) -> Result<T> {
        let turn = self.turn(platform).await?;
        let opened = match turn {
            None => opening.await,
            Some(turn) => match within(platform, PATIENCE, &mut opening).await {
                Some(opened) => opened,
                None => {
                    drop(turn);
                    opening.await
                }
            },
        };
        self.note(platform.now(), opened.as_ref().err());
        opened
    }

    /// The right to try; `None` where everyone may.
    async fn turn(&self, platform: &dyn Platform) -> Result<Option<Turn>> {
        if self.latest.borrow().is_none() {
            return Ok(None);
        }
        let before = self.failures.get();
        let turn = self.turns.next().await;
        let latest = self.latest.borrow().clone();
        let Some((at, error)) = latest else { return Ok(None) };
        if self.failures.get() != before {
            return Err(error);
        }
        let rest = (at + PAUSE).saturating_sub(platform.now());
        if !rest.is_zero() {
            platform.sleep(rest).await;
        }
        Ok(turn)
    }

    fn note(&self, now: Duration, error: Option<&Error>) {
        let unreached = error.filter(|error| matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout));
        if unreached.is_some() {
            self.failures.set(self.failures.get() + 1);
        }
        self.latest.replace(unreached.map(|error| (now, error.clone())));
    }
}
