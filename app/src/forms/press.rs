//! Changes of a page that wait until a press has ended. A field is left at the moment in which the reader presses a button. If an
//! error appeared below the field at this moment, the button would move away from the pointer, and the browser would not click it.

use leptos::{
    ev,
    leptos_dom::helpers::{set_timeout, window_event_listener},
    prelude::*,
};
use send_wrapper::SendWrapper;
use std::{mem, time::Duration};

/// The time after the release in which the browser sends the events of the mouse, of a finger too. None come after a gesture.
const CLICKING: Duration = Duration::from_millis(50);

/// The server makes none, so that none is dropped by another thread there.
type Waiting = Vec<SendWrapper<Box<dyn FnOnce()>>>;

/// Whether the reader presses something, with the changes that wait for the end. A handle: copies share their state.
#[derive(Clone, Copy)]
pub(crate) struct Press {
    is_down: StoredValue<bool>,
    waiting: StoredValue<Waiting>,
}

impl Press {
    /// Watches the presses while the component exists. A press ends before its click: the button has been found by then, and what
    /// it does comes after the changes that waited, such as to discard a draft that they store.
    pub(crate) fn watch() -> Self {
        let press = Self { is_down: StoredValue::new(false), waiting: StoredValue::new(Waiting::new()) };
        Effect::new(move |_| {
            let gone = move || set_timeout(move || press.end(), CLICKING);
            let down = window_event_listener(ev::pointerdown, move |_| {
                press.is_down.try_set_value(true);
            });
            let clicking = window_event_listener(ev::mouseup, move |_| press.end());
            let up = window_event_listener(ev::pointerup, move |_| gone());
            let cancelled = window_event_listener(ev::pointercancel, move |_| gone());
            on_cleanup(move || [down, clicking, up, cancelled].into_iter().for_each(WindowListenerHandle::remove));
        });
        press
    }

    /// Makes a change now, or after the press.
    pub(crate) fn after(self, change: impl FnOnce() + 'static) {
        if self.is_down.get_value() {
            self.waiting.update_value(|waiting| waiting.push(SendWrapper::new(Box::new(change))));
        } else {
            change();
        }
    }

    fn end(self) {
        self.is_down.try_set_value(false);
        for change in self.waiting.try_update_value(mem::take).unwrap_or_default() {
            change.take()();
        }
    }
}
