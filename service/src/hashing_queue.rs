//! The queue of the password hashes that users wait for. One runs on each core, because each takes 19 MiB by default.
//!
//! Signed-in accounts and known devices go before everybody else, but every fourth turn is for the others if they wait. In each
//! of the two groups the senders take turns, so that many requests of one sender do not delay the request of another one.
//! The number of requests that wait is bounded: if it is reached, the sender with the most requests loses its newest.

use crate::Result;
use domain::{Problem, ids::AccountId};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// The requests that may wait at most.
const MOST_WAITING: usize = 512;
/// Of so many turns one is for unknown senders, if there are any.
const TURNS_PER_UNKNOWN: u32 = 4;

/// Who waits for a hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct HashingSender {
    is_known: bool,
    key: String,
}

impl HashingSender {
    /// An account that is signed in.
    pub(crate) fn account(account: AccountId) -> Self {
        Self { is_known: true, key: format!("account:{account}") }
    }

    /// A browser that has signed in to the account before.
    pub(crate) fn device(device: &str) -> Self {
        Self { is_known: true, key: format!("device:{device}") }
    }

    /// Anybody else at an address.
    pub(crate) fn address(address: &str) -> Self {
        Self { is_known: false, key: address.to_owned() }
    }

    /// The operator at the command line.
    pub(crate) fn console() -> Self {
        Self { is_known: true, key: "console".to_owned() }
    }
}

/// The queue. Clones are the same queue.
#[derive(Clone)]
pub(crate) struct HashingQueue(Arc<Mutex<State>>);

/// The right to compute one hash. The next sender gets it when it is dropped, so it belongs into the thread that hashes.
pub(crate) struct HashingPermit(HashingQueue);

type Waiting = oneshot::Sender<HashingPermit>;

struct State {
    /// Permits that nobody has.
    free: usize,
    known: Senders,
    unknown: Senders,
    /// Turns of known senders since the last turn of an unknown one.
    known_turns: u32,
}

/// The requests of one group. The senders take turns.
#[derive(Default)]
struct Senders {
    requests: HashMap<String, VecDeque<Waiting>>,
    /// The senders with requests, in the order of their next turn.
    order: VecDeque<String>,
}

impl HashingQueue {
    /// A queue with so many permits.
    pub(crate) fn new(permits: usize) -> Self {
        let state = State { free: permits, known: Senders::default(), unknown: Senders::default(), known_turns: 0 };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Waits for a permit. [`Problem::Busy`] if too many requests wait.
    pub(crate) async fn permit(&self, sender: HashingSender) -> Result<HashingPermit> {
        let receiver = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Ok(HashingPermit(self.clone()));
            }
            state.make_room(&sender)?;
            let (waiting, receiver) = oneshot::channel();
            state.group(sender.is_known).push(sender.key, waiting);
            receiver
        };
        // The request that loses its place is dropped.
        receiver.await.map_err(|_| Problem::Busy.into())
    }

    /// The permits that nobody has.
    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.state().free
    }

    #[cfg(test)]
    fn waiting(&self) -> usize {
        let state = self.state();
        state.known.count() + state.unknown.count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a permit to the next request that still waits.
    fn pass_on(&self) {
        let next = {
            let mut state = self.state();
            let next = state.next();
            if next.is_none() {
                state.free += 1;
            }
            next
        };
        // If the request has gone in this moment, the permit comes back and is passed on when it is dropped.
        if let Some(waiting) = next {
            drop(waiting.send(HashingPermit(self.clone())));
        }
    }
}

impl Drop for HashingPermit {
    fn drop(&mut self) {
        self.0.pass_on();
    }
}

impl State {
    fn group(&mut self, is_known: bool) -> &mut Senders {
        if is_known { &mut self.known } else { &mut self.unknown }
    }

    /// The next request that still waits.
    fn next(&mut self) -> Option<Waiting> {
        let unknown_first = self.known_turns + 1 >= TURNS_PER_UNKNOWN;
        let order = if unknown_first { [false, true] } else { [true, false] };
        for is_known in order {
            if let Some(waiting) = self.group(is_known).next() {
                self.known_turns = if is_known { self.known_turns + 1 } else { 0 };
                return Some(waiting);
            }
        }
        None
    }

    /// Makes room for a request: the sender with the most requests loses its newest, unknown senders before known ones.
    /// [`Problem::Busy`] if that is the new request itself.
    fn make_room(&mut self, sender: &HashingSender) -> Result<()> {
        if self.known.count() + self.unknown.count() < MOST_WAITING {
            return Ok(());
        }
        self.known.remove_gone();
        self.unknown.remove_gone();
        if self.known.count() + self.unknown.count() < MOST_WAITING {
            return Ok(());
        }
        let loses_known = self.unknown.count() == 0;
        let own = self.group(sender.is_known).count_of(&sender.key);
        let group = self.group(loses_known);
        match group.longest() {
            // A known sender displaces an unknown one. An unknown one does not displace a known one.
            Some((key, most))
                if (sender.is_known && !loses_known) || (sender.is_known == loses_known && own < most) =>
            {
                group.drop_newest(&key);
                Ok(())
            }
            _ => Err(Problem::Busy.into()),
        }
    }
}

impl Senders {
    fn push(&mut self, key: String, waiting: Waiting) {
        let requests = self.requests.entry(key.clone()).or_default();
        if requests.is_empty() {
            self.order.push_back(key);
        }
        requests.push_back(waiting);
    }

    /// The oldest request of the sender whose turn it is.
    fn next(&mut self) -> Option<Waiting> {
        while let Some(key) = self.order.pop_front() {
            let Some(requests) = self.requests.get_mut(&key) else { continue };
            let next = std::iter::from_fn(|| requests.pop_front()).find(|waiting| !waiting.is_closed());
            if requests.is_empty() {
                self.requests.remove(&key);
            } else {
                self.order.push_back(key);
            }
            if next.is_some() {
                return next;
            }
        }
        None
    }

    fn count(&self) -> usize {
        self.requests.values().map(VecDeque::len).sum()
    }

    fn count_of(&self, key: &str) -> usize {
        self.requests.get(key).map_or(0, VecDeque::len)
    }

    /// The sender with the most requests.
    fn longest(&self) -> Option<(String, usize)> {
        let longest = self.requests.iter().max_by_key(|(_, requests)| requests.len());
        longest.map(|(key, requests)| (key.clone(), requests.len()))
    }

    fn drop_newest(&mut self, key: &str) {
        if let Some(requests) = self.requests.get_mut(key) {
            requests.pop_back();
        }
        self.remove_gone();
    }

    /// Removes the requests whose clients have hung up.
    fn remove_gone(&mut self) {
        self.requests.retain(|_, requests| {
            requests.retain(|waiting| !waiting.is_closed());
            !requests.is_empty()
        });
        self.order.retain(|key| self.requests.contains_key(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::{task::JoinHandle, time::timeout};

    /// A request that waits and then tells its name.
    fn request(
        queue: &HashingQueue,
        sender: HashingSender,
        name: &'static str,
        served: &Arc<Mutex<Vec<&'static str>>>,
    ) -> JoinHandle<bool> {
        let (queue, served) = (queue.clone(), Arc::clone(served));
        tokio::spawn(async move {
            let permit = queue.permit(sender).await;
            if permit.is_ok() {
                served.lock().unwrap().push(name);
            }
            permit.is_ok()
        })
    }

    async fn until_waiting(queue: &HashingQueue, count: usize) {
        let enough = async {
            while queue.waiting() < count {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(10), enough).await.unwrap();
    }

    #[tokio::test]
    async fn many_requests_of_one_sender_do_not_delay_another_sender() {
        let (queue, served) = (HashingQueue::new(1), Arc::default());
        let running = queue.permit(HashingSender::address("a")).await.unwrap();
        let mut requests = Vec::new();
        for (count, (sender, name)) in [
            (HashingSender::address("a"), "a"),
            (HashingSender::address("a"), "a"),
            (HashingSender::address("a"), "a"),
            (HashingSender::address("b"), "b"),
            (HashingSender::device("c"), "known"),
        ]
        .into_iter()
        .enumerate()
        {
            requests.push(request(&queue, sender, name, &served));
            until_waiting(&queue, count + 1).await;
        }
        drop(running);
        for request in requests {
            assert!(request.await.unwrap());
        }
        assert_eq!(*served.lock().unwrap(), ["known", "a", "b", "a", "a"]);
        assert_eq!(queue.free(), 1);
    }

    #[tokio::test]
    async fn known_senders_leave_a_turn_to_the_others() {
        let (queue, served) = (HashingQueue::new(1), Arc::default());
        let running = queue.permit(HashingSender::console()).await.unwrap();
        let mut requests = Vec::new();
        for count in 0..6 {
            requests.push(request(&queue, HashingSender::account(AccountId(count)), "known", &served));
            until_waiting(&queue, requests.len()).await;
        }
        requests.push(request(&queue, HashingSender::address("a"), "other", &served));
        until_waiting(&queue, requests.len()).await;
        drop(running);
        for request in requests {
            assert!(request.await.unwrap());
        }
        assert_eq!(*served.lock().unwrap(), ["known", "known", "known", "other", "known", "known", "known"]);
    }

    #[tokio::test]
    async fn the_number_of_waiting_requests_is_bounded() {
        let (queue, served) = (HashingQueue::new(1), Arc::default());
        let running = queue.permit(HashingSender::address("a")).await.unwrap();
        let mut flood = Vec::new();
        for _ in 0..MOST_WAITING {
            flood.push(request(&queue, HashingSender::address("a"), "a", &served));
        }
        until_waiting(&queue, MOST_WAITING).await;
        // The sender of the flood gets no more places. Another one takes a place from it.
        assert!(queue.permit(HashingSender::address("a")).await.is_err());
        let other = request(&queue, HashingSender::address("b"), "b", &served);
        assert!(!flood.pop().unwrap().await.unwrap());
        // Requests whose clients have hung up leave their places.
        for request in &flood[1..] {
            request.abort();
        }
        let place = request(&queue, HashingSender::address("c"), "c", &served);
        drop(running);
        assert!(flood.swap_remove(0).await.unwrap() && other.await.unwrap() && place.await.unwrap());
        assert_eq!(*served.lock().unwrap(), ["a", "b", "c"]);
    }
}
