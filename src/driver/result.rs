//! `RecordStream`: the result of a query, record by record. Asks for more as it is read.

use std::cell::RefCell;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::eager::EagerResult;
use super::outcome::Outcome;
use super::record::Record;
use super::stream::Stream;
use super::summary::Summary;
#[cfg(all(feature = "js", target_arch = "wasm32"))]
use crate::bolt::{RecordBatch, packstream::Dialect};
use crate::error::{Error, Result};

/// The result of a query. Its records come in batches; the next batch is under way while one is read, and no more than
/// two are ever held. A batch has as many records as [`Config::fetch_size`](crate::Config::fetch_size) says; unless that
/// is set, 1,000 at first, and more, up to a megabyte, while they are read faster than they come.
///
/// Dropping it before its end gives the rest up. What a query does is still done: an auto-commit query that may write comes
/// to its end on the server, and is committed, in the background; if that fails, [`Session::close`] tells, or the console
/// where the session is dropped without. To cancel, drop a future that waits for the result, or use a transaction.
///
/// [`Session::close`]: crate::Session::close
///
/// ```
/// use neo4j_wasm::{RecordStream, Result};
///
/// /// Reads until the first name that is long enough; the rest is given up.
/// async fn first_long_name(people: RecordStream) -> Result<Option<String>> {
///     while let Some(record) = people.next().await? {
///         let name: String = record.get("name")?;
///         if name.len() > 10 {
///             return Ok(Some(name));
///         }
///     }
///     Ok(None)
/// }
/// ```
#[must_use = "a result that is not read does not tell whether the query succeeded: read it, or `consume` it"]
pub struct RecordStream {
    stream: Rc<Stream>,
    /// Records that have been taken from the stream and not handed out.
    taken: RefCell<Box<dyn Iterator<Item = Record>>>,
    /// What brings the result to its end when nobody reads it. JavaScript does so itself, once it has forgotten it.
    #[cfg(not(all(feature = "js", target_arch = "wasm32")))]
    finish: Option<Finish>,
}

/// Has a result come to its end in the background.
#[cfg(not(all(feature = "js", target_arch = "wasm32")))]
pub(super) type Finish = Box<dyn FnOnce(Rc<Stream>)>;

impl RecordStream {
    pub(super) fn new(stream: Rc<Stream>) -> Self {
        Self {
            stream,
            taken: RefCell::new(Box::new(std::iter::empty())),
            #[cfg(not(all(feature = "js", target_arch = "wasm32")))]
            finish: None,
        }
    }

    /// With what is to be done if it is dropped although nobody has read it to its end.
    #[cfg(not(all(feature = "js", target_arch = "wasm32")))]
    pub(super) fn finished_by(mut self, finish: Finish) -> Self {
        self.finish = Some(finish);
        self
    }

    /// The names of the columns, in order.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        self.stream.keys()
    }

    /// The next record, or `None` at the end.
    ///
    /// # Errors
    /// What the server reported, or why the connection was lost.
    pub async fn next(&self) -> Result<Option<Record>> {
        poll_fn(|context| self.poll_record(context)).await
    }

    fn poll_record(&self, context: &Context<'_>) -> Poll<Result<Option<Record>>> {
        loop {
            if let Some(record) = self.taken.borrow_mut().next() {
                return Poll::Ready(Ok(Some(record)));
            }
            match ready!(self.stream.poll_batch(context, 1))? {
                Some(batch) => {
                    let records = Record::all(self.stream.keys(), batch, self.stream.dialect());
                    *self.taken.borrow_mut() = Box::new(records);
                }
                None => return Poll::Ready(Ok(None)),
            }
        }
    }

    /// The records that are left as a stream, for code that takes any. It ends at their end, or after an error.
    ///
    /// ```
    /// use futures::TryStreamExt;
    /// use neo4j_wasm::{RecordStream, Result};
    ///
    /// async fn names(people: RecordStream) -> Result<Vec<String>> {
    ///     people.into_stream().and_then(async |person| person.get("name")).try_collect().await
    /// }
    /// ```
    pub fn into_stream(self) -> impl futures::Stream<Item = Result<Record>> + Unpin + 'static {
        let next = |rest: Self| async move { Ok(rest.next().await?.map(|record| (record, rest))) };
        Box::pin(futures::stream::try_unfold(self, next))
    }

    /// All records that are left. Unless the fetch size is set, they are asked for in larger numbers from here on.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub async fn collect(&self) -> Result<Vec<Record>> {
        self.want_all();
        let mut records = Vec::new();
        while let Some(record) = self.next().await? {
            records.push(record);
        }
        Ok(records)
    }

    /// All records that are left, with the names of the columns and the summary.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub async fn eager(self) -> Result<EagerResult> {
        let records = self.collect().await?;
        Ok(EagerResult { keys: self.keys().to_vec(), records, summary: self.consume().await? })
    }

    /// The only record.
    ///
    /// # Errors
    /// A usage error (`NotSingle`) when there are none or several; see also [`Self::next`].
    pub async fn single(&self) -> Result<Record> {
        let not_single = |what| Error::usage("NotSingle", format!("One record was expected, and there {what}"));
        let record = self.next().await?.ok_or_else(|| not_single("is none"))?;
        match self.next().await? {
            None => Ok(record),
            Some(_) => {
                self.stream.discard().await;
                Err(not_single("are more"))
            }
        }
    }

    /// Has the rest come in large pieces from here on: all of it is wanted, and will be taken as it comes.
    pub(crate) fn want_all(&self) {
        self.stream.want_all();
    }

    /// Throws away what is left, and hands out the summary.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub async fn consume(&self) -> Result<Rc<Summary>> {
        Ok(Rc::new(Summary::of(&*self.outcome().await?)))
    }

    /// As [`Self::consume`], in the server's words.
    pub(crate) async fn outcome(&self) -> Result<Rc<Outcome>> {
        *self.taken.borrow_mut() = Box::new(std::iter::empty());
        self.stream.will_be_heard();
        self.stream.discard().await;
        self.stream.outcome()
    }

    /// The bytes of the next records, as soon as there are so many, or at the end fewer. `usize::MAX` stands for as many
    /// as a batch has at first.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) async fn next_batch(&self, at_least: usize) -> Result<Option<RecordBatch>> {
        poll_fn(|context| self.stream.poll_batch(context, at_least)).await
    }

    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn dialect(&self) -> Dialect {
        self.stream.dialect()
    }

    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn is_at_end(&self) -> bool {
        self.stream.is_at_end()
    }

    /// Ends the result, and its transaction even if all of the result is here.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn unreadable(&self, why: &Error) {
        self.cancel(why.clone());
        self.stream.tell_owner(why);
    }

    /// Ends the result at once with `why`; the connection is reset before anyone else gets it.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn cancel(&self, why: Error) {
        self.stream.will_be_heard();
        self.stream.finish(Err(why));
    }
}

#[cfg(not(all(feature = "js", target_arch = "wasm32")))]
impl Drop for RecordStream {
    /// A read that was given up midway is a query that is cancelled; one that nobody waits for is not.
    fn drop(&mut self) {
        let is_left = !self.stream.is_at_end() && !self.stream.is_waited_for();
        if let Some(finish) = self.finish.take().filter(|_| is_left) {
            self.stream.unwanted();
            finish(Rc::clone(&self.stream));
        }
    }
}

impl fmt::Debug for RecordStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RecordStream").field("keys", &self.keys()).finish_non_exhaustive()
    }
}
