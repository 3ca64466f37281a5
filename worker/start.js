
// Appended to what wasm-bindgen makes. Questions that come while the wasm is still loading are kept for it; a failure is
// thrown outside of the promise, so that the page hears of it.
const early = [];
onmessage = (event) => early.push(event);
__wbg_init({ module_or_path: new URL('check-worker.wasm', import.meta.url) })
    .then(() => early.forEach((event) => onmessage(event)))
    .catch((error) => setTimeout(() => { throw error; }));
