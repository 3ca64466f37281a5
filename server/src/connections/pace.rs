//! The pace of a request's body. A client that sends a byte now and then would hold its connection and its handler for hours.

use axum::body::Body;
use futures_util::{TryStreamExt, stream::try_unfold};
use hyper::body::{Body as _, Incoming};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How a client must send a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// The longest pause.
    pub(super) longest_pause: Duration,
    /// The lowest rate, once the client has let the server wait for [`Pace::longest_pause`] in all.
    pub(super) bytes_per_second: u64,
}

/// The client sends its body too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body arrives too slowly")]
struct TooSlow;

impl Pace {
    /// A body that fails when its client does not keep the pace. The time in which its handler does not wait for it does not
    /// count.
    pub(super) fn keep(self, body: Incoming) -> Body {
        if body.is_end_stream() {
            return Body::empty();
        }
        let chunks = Body::new(body).into_data_stream();
        Body::from_stream(try_unfold(
            (chunks, 0, Duration::ZERO),
            move |(mut chunks, mut bytes, mut waited)| async move {
                let asked = Instant::now();
                let chunk =
                    timeout(self.longest_pause, chunks.try_next()).await.map_err(|_| axum::Error::new(TooSlow))?;
                let Some(chunk) = chunk? else { return Ok::<_, axum::Error>(None) };
                waited += asked.elapsed();
                bytes += chunk.len() as u64;
                if self.is_too_slow(bytes, waited) {
                    return Err(axum::Error::new(TooSlow));
                }
                Ok(Some((chunk, (chunks, bytes, waited))))
            },
        ))
    }

    fn is_too_slow(self, bytes: u64, waited: Duration) -> bool {
        waited > self.longest_pause && bytes < waited.as_secs().saturating_mul(self.bytes_per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use rstest::rstest;
    use std::time::Duration;

    #[rstest]
    #[case(1, 29, false)]
    #[case(1, 31, true)]
    #[case(31 * 1024 - 1, 31, true)]
    #[case(31 * 1024, 31, false)]
    fn a_body_that_takes_long_must_arrive_at_a_rate(#[case] bytes: u64, #[case] seconds: u64, #[case] expected: bool) {
        let pace = Pace { longest_pause: Duration::from_secs(30), bytes_per_second: 1024 };
        assert_eq!(pace.is_too_slow(bytes, Duration::from_secs(seconds)), expected);
    }
}
