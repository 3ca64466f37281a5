//! The bar of a rate, with a mark for the time progress, so that slow and fast are seen without reading.

use domain::report::Rate;
use leptos::prelude::*;
use texts::{Lang, percent};

/// The width of the drawing, in its own units.
const WIDTH: f64 = 100.0;

/// A bar. Its attributes say how long it is: the policy of pages forbids styles in the markup.
pub(crate) fn progress_bar(lang: Lang, rate: Rate, time: Option<Rate>) -> AnyView {
    let label = time.map_or_else(|| percent(rate), |time| lang.report_bar(&percent(rate), &percent(time)));
    let length = |rate: Rate| format!("{:.1}", rate.as_number().clamp(0.0, 1.0) * WIDTH);
    let mark = time.map(|time| {
        view! { <line class="rate-time" x1=length(time) x2=length(time) y1="0" y2="12"></line> }
    });
    view! {
        <svg class="rate-bar" viewBox="0 0 102 12" preserveAspectRatio="none" role="img" aria-label=label>
            <rect class="rate-whole" x="0" y="2" width="102" height="8"></rect>
            <rect class="rate-part" x="0" y="2" width=length(rate) height="8"></rect>
            {mark}
        </svg>
    }
    .into_any()
}
