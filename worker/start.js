// Appended to the loader that wasm-bindgen makes. Requests that arrive while the wasm is still loading are kept for it. A
// failure is thrown outside of the promise, so that the page gets an error event.
const early = [];
onmessage = (event) => early.push(event);
__wbg_init({ module_or_path: new URL('check-worker.wasm', import.meta.url) })
    .then(() => {
        early.forEach((event) => onmessage(event));
        warmUp(30);
    })
    .catch((error) => setTimeout(() => { throw error; }));

// Twelve thousand rows are enough for Chromium. Requests come between two rounds.
function warmUp(rounds) {
    if (rounds > 0 && warm_up()) {
        setTimeout(warmUp, 0, rounds - 1);
    }
}
