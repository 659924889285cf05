// Inside another page: tells it how high this one is, and that everything is paid.
const done = document.querySelector('[data-complete]');
const tell = (message) => parent.postMessage(message, '*');
new ResizeObserver(() => tell({ height: document.documentElement.scrollHeight })).observe(document.body);
if (done) tell({ complete: true, onTo: done.dataset.onTo || undefined });
