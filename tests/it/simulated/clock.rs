//! `Clock`: a time that moves only when it is told to, and what is to happen at which time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[derive(Default)]
pub struct Clock {
    now: Cell<Duration>,
    next_number: Cell<u64>,
    /// By time; at the same time, first set, first to happen.
    alarms: RefCell<BTreeMap<(Duration, u64), Alarm>>,
}

/// Among so many things that can happen at the same time, a disorderly host chooses.
const FEW: usize = 8;

pub enum Alarm {
    /// A future sleeps; it has a waker once it was polled.
    Wake(Option<Waker>),
    Call(Box<dyn FnOnce()>),
}

impl Clock {
    pub fn now(&self) -> Duration {
        self.now.get()
    }

    pub fn call_at(&self, due: Duration, call: impl FnOnce() + 'static) {
        self.set(due, Alarm::Call(Box::new(call)));
    }

    pub fn sleep(self: &Rc<Self>, delay: Duration) -> Sleep {
        let due = self.now.get().saturating_add(delay);
        let number = self.set(due, Alarm::Wake(None));
        Sleep { clock: Rc::clone(self), due, number }
    }

    fn set(&self, due: Duration, alarm: Alarm) -> u64 {
        let number = self.next_number.replace(self.next_number.get() + 1);
        self.alarms.borrow_mut().insert((due.max(self.now.get()), number), alarm);
        number
    }

    /// When the next thing is to happen.
    pub fn next_due(&self) -> Option<Duration> {
        self.alarms.borrow().keys().next().map(|(due, _)| *due)
    }

    /// How many things are to happen now; of very many, only the first few count.
    pub fn due_now(&self) -> usize {
        self.alarms.borrow().range(..=(self.now.get(), u64::MAX)).take(FEW).count()
    }

    /// Lets one of the things happen that are to happen now.
    pub fn fire(&self, index: usize) {
        let alarm = {
            let mut alarms = self.alarms.borrow_mut();
            let key = alarms.keys().nth(index).copied().filter(|(due, _)| *due <= self.now.get());
            key.and_then(|key| alarms.remove(&key))
        };
        match alarm {
            Some(Alarm::Wake(Some(waker))) => waker.wake(),
            Some(Alarm::Call(call)) => call(),
            Some(Alarm::Wake(None)) | None => (),
        }
    }

    pub fn move_to(&self, time: Duration) {
        assert!(time >= self.now.get(), "time does not go backwards");
        self.now.set(time);
    }
}

/// Is ready once its time has come.
pub struct Sleep {
    clock: Rc<Clock>,
    due: Duration,
    number: u64,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.clock.now() >= self.due {
            return Poll::Ready(());
        }
        let mut alarms = self.clock.alarms.borrow_mut();
        if let Some(Alarm::Wake(waker)) = alarms.get_mut(&(self.due, self.number)) {
            *waker = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clock.alarms.borrow_mut().remove(&(self.due, self.number));
    }
}
