//! `Turns`: so many may go at a time, the others wait and go first come, first served.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// A queue for a limited number of turns.
pub(crate) struct Turns {
    state: RefCell<State>,
}

struct State {
    free: usize,
    closed: bool,
    next_place: u64,
    queue: Vec<Place>,
}

struct Place {
    number: u64,
    granted: bool,
    waker: Option<Waker>,
}

/// The right to go. Dropping it lets the next one go.
pub(crate) struct Turn {
    turns: Rc<Turns>,
}

impl Turns {
    pub(crate) fn new(count: usize) -> Rc<Self> {
        Rc::new(Self { state: RefCell::new(State { free: count, closed: false, next_place: 0, queue: Vec::new() }) })
    }

    /// How many are waiting.
    pub(crate) fn waiting(&self) -> usize {
        self.state.borrow().queue.iter().filter(|place| !place.granted).count()
    }

    /// Waits for a turn; `None` once there are no more. Dropping the future gives up the place in the queue.
    pub(crate) async fn next(self: &Rc<Self>) -> Option<Turn> {
        let mut waiting = Waiting { turns: Rc::clone(self), number: None };
        poll_fn(|context| waiting.poll(context.waker())).await
    }

    /// No more turns: everyone in the queue is told.
    pub(crate) fn close(&self) {
        let wakers: Vec<Waker> = {
            let mut state = self.state.borrow_mut();
            state.closed = true;
            state.queue.iter_mut().filter_map(|place| place.waker.take()).collect()
        };
        for waker in wakers {
            waker.wake();
        }
    }

    /// One turn more: the first in the queue gets it.
    fn give_back(&self) {
        let waker = {
            let mut state = self.state.borrow_mut();
            match state.queue.iter_mut().find(|place| !place.granted) {
                Some(place) => {
                    place.granted = true;
                    place.waker.take()
                }
                None => {
                    state.free += 1;
                    None
                }
            }
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

struct Waiting {
    turns: Rc<Turns>,
    /// The place in the queue, while there is one.
    number: Option<u64>,
}

impl Waiting {
    fn poll(&mut self, waker: &Waker) -> Poll<Option<Turn>> {
        let mut state = self.turns.state.borrow_mut();
        if state.closed {
            return Poll::Ready(None);
        }
        let Some(number) = self.number else {
            if state.free > 0 {
                state.free -= 1;
                return Poll::Ready(Some(Turn { turns: Rc::clone(&self.turns) }));
            }
            let number = state.next_place;
            state.next_place += 1;
            state.queue.push(Place { number, granted: false, waker: Some(waker.clone()) });
            self.number = Some(number);
            return Poll::Pending;
        };
        match state.queue.iter().position(|place| place.number == number) {
            Some(index) if state.queue[index].granted => {
                state.queue.remove(index);
                self.number = None;
                Poll::Ready(Some(Turn { turns: Rc::clone(&self.turns) }))
            }
            Some(index) => {
                state.queue[index].waker = Some(waker.clone());
                Poll::Pending
            }
            None => Poll::Pending,
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let granted = {
            let mut state = self.turns.state.borrow_mut();
            let index = state.queue.iter().position(|place| place.number == number);
            index.is_some_and(|index| state.queue.remove(index).granted)
        };
        // Granted and never taken: it must not be lost.
        if granted {
            self.turns.give_back();
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::Pin;
    use std::task::Context;

    fn poll(future: &mut Pin<Box<impl Future<Output = Option<Turn>>>>) -> Option<Turn> {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => turn,
            Poll::Pending => None,
        }
    }

    #[test]
    fn whoever_waits_longest_goes_first_even_past_a_newcomer() {
        let turns = Turns::new(1);
        let mut first = Box::pin(turns.next());
        let held = poll(&mut first).unwrap();
        let (mut second, mut third) = (Box::pin(turns.next()), Box::pin(turns.next()));
        assert!(poll(&mut second).is_none() && poll(&mut third).is_none());
        assert_eq!(turns.waiting(), 2);
        drop(held);
        let mut newcomer = Box::pin(turns.next());
        assert!(poll(&mut newcomer).is_none() && poll(&mut third).is_none());
        let held = poll(&mut second).unwrap();
        drop(held);
        assert!(poll(&mut third).is_some());
    }

    #[test]
    fn a_turn_granted_to_someone_who_left_goes_to_the_next() {
        let turns = Turns::new(1);
        let held = poll(&mut Box::pin(turns.next())).unwrap();
        let (mut second, mut third) = (Box::pin(turns.next()), Box::pin(turns.next()));
        assert!(poll(&mut second).is_none() && poll(&mut third).is_none());
        drop(held);
        drop(second);
        assert!(poll(&mut third).is_some());
        assert_eq!(turns.waiting(), 0);
        assert!(poll(&mut Box::pin(turns.next())).is_some());
    }
}
