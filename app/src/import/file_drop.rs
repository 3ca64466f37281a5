//! Dragging a file onto the page.

use leptos::{ev, prelude::*};
use web_sys::{DragEvent, File};

/// Passes every file that is dropped anywhere on the page to `take`. Outside a marked zone the browser would open the file in
/// place of the page. Returns whether a file is being dragged over the page.
pub(super) fn on_drop(take: impl Fn(File) + 'static) -> RwSignal<bool> {
    let over = RwSignal::new(false);
    let hold = window_event_listener(ev::dragover, move |event| {
        if has_files(&event) {
            event.prevent_default();
            over.set(true);
        }
    });
    let leave = window_event_listener(ev::dragleave, move |event| {
        // There is no related element only when the pointer leaves the page.
        if event.related_target().is_none() {
            over.set(false);
        }
    });
    let drop = window_event_listener(ev::drop, move |event| {
        if has_files(&event) {
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

fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().iter().any(|kind| kind == "Files"))
}
