// Appended to the loader that wasm-bindgen makes. Requests that arrive while the wasm is still loading are kept for it. A
// failure is thrown outside of the promise, so that the page gets an error event.
const early = [];
onmessage = (event) => early.push(event);
__wbg_init({ module_or_path: new URL('check-worker.wasm', import.meta.url) })
    .then(() => early.forEach((event) => onmessage(event)))
    .catch((error) => setTimeout(() => { throw error; }));
