//! Watches a job by server-sent events, or by polling where those do not arrive.

use super::api::batch;
use crate::routes::{BatchEndpoint, Endpoint};
use domain::{
    Problem, Template,
    ids::BatchId,
    job::{JobState, JobView},
};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*};
use send_wrapper::SendWrapper;
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, EventSource, MessageEvent};

/// Between two polls.
const PAUSE: Duration = Duration::from_secs(3);

/// A watched job. A handle: copies share their state.
#[derive(Clone, Copy)]
pub(super) struct JobWatch {
    /// Its progress.
    pub(super) job: RwSignal<JobView>,
    /// Whether the server cannot be reached at the moment.
    pub(super) offline: RwSignal<bool>,
    template: Template,
    /// The batch.
    pub(super) batch: BatchId,
    reload: RwSignal<u32>,
    stream: StoredValue<Option<SendWrapper<Stream>>>,
}

struct Stream {
    source: EventSource,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Whether all rows are processed. SMS may still be waiting.
pub(super) const fn is_over(job: &JobView) -> bool {
    matches!(job.state, JobState::Done | JobState::Failed)
}

const fn is_settled(job: &JobView) -> bool {
    matches!(job.state, JobState::Failed) || (is_over(job) && job.sms_sent >= job.created)
}

impl JobWatch {
    /// Starts to watch, in the browser.
    pub(super) fn new(template: Template, batch: BatchId, job: JobView, reload: RwSignal<u32>) -> Self {
        let settled = is_settled(&job);
        let this = Self {
            job: RwSignal::new(job),
            offline: RwSignal::new(false),
            template,
            batch,
            reload,
            stream: StoredValue::new(None),
        };
        if !settled {
            Effect::new(move |_| this.listen());
            on_cleanup(move || this.stop());
        }
        this
    }

    fn stop(self) {
        self.stream.try_update_value(|stream| *stream = None);
    }

    fn listen(self) {
        let Ok(source) =
            EventSource::new(&Endpoint::Batch(self.template, self.batch, BatchEndpoint::Events).to_string())
        else {
            self.poll_later();
            return;
        };
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if let Ok(job) = serde_json::from_str(&text) {
                self.update(job);
            }
        });
        let on_error = Closure::<dyn Fn(Event)>::new(move |_| {
            // The server ends the stream once the job will not change any more.
            if self.job.with_untracked(is_over) {
                self.stop();
                return;
            }
            self.offline.set(true);
            let closed = self.stream.with_value(|stream| {
                stream.as_ref().is_none_or(|stream| stream.source.ready_state() == EventSource::CLOSED)
            });
            if closed {
                self.poll_later();
            }
        });
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        self.stream.set_value(Some(SendWrapper::new(Stream { source, _on_message: on_message, _on_error: on_error })));
    }

    fn update(self, job: JobView) {
        let was_over = self.job.with_untracked(is_over);
        let (over, settled) = (is_over(&job), is_settled(&job));
        self.offline.set(false);
        self.job.set(job);
        if settled {
            self.stop();
        }
        // The rows have new states, and the batch is closed.
        if over && !was_over {
            self.reload.update(|n| *n += 1);
        }
    }

    fn poll_later(self) {
        set_timeout(
            move || {
                spawn_local(async move {
                    let answer = batch(self.batch).await;
                    // The page may have been left.
                    if self.job.is_disposed() {
                        return;
                    }
                    match answer {
                        Ok(answer) => {
                            if let Some(job) = answer.job {
                                self.update(job);
                            }
                        }
                        // Polling stops until the reader signs in again. The page says so when it reloads its rows.
                        Err(error) if *error.problem() == Problem::NotSignedIn => {
                            self.reload.update(|n| *n += 1);
                            return;
                        }
                        Err(_) => self.offline.set(true),
                    }
                    if !self.job.try_with_untracked(is_settled).unwrap_or(true) {
                        self.poll_later();
                    }
                });
            },
            PAUSE,
        );
    }
}
