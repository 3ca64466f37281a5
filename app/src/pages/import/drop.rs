//! Dragging a file onto the page.

use leptos::{ev, prelude::*};
use web_sys::{DragEvent, File};

/// Hands every file dropped anywhere on the page to `take`: beside a marked zone the browser would otherwise open it in
/// the page's place. Answers whether one is being held over the page.
pub(super) fn on_drop(take: impl Fn(File) + 'static) -> RwSignal<bool> {
    let over = RwSignal::new(false);
    let hold = window_event_listener(ev::dragover, move |event| {
        if brings_files(&event) {
            event.prevent_default();
            over.set(true);
        }
    });
    let leave = window_event_listener(ev::dragleave, move |event| {
        // From one element to the next there is always a next one.
        if event.related_target().is_none() {
            over.set(false);
        }
    });
    let drop = window_event_listener(ev::drop, move |event| {
        if brings_files(&event) {
            event.prevent_default();
            over.set(false);
            if let Some(file) = event.data_transfer().and_then(|data| data.files()?.get(0)) {
                take(file);
            }
        }
    });
    on_cleanup(move || {
        hold.remove();
        leave.remove();
        drop.remove();
    });
    over
}

fn brings_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().iter().any(|kind| kind == "Files"))
}
