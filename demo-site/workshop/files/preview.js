// The way of an agency with a log-in of its own: the page asks its server for a session token.
const { session, offline } = document.currentScript.dataset;
if (session) window.wl = { session: async () => (await (await fetch(session)).json()).token };

// The connection goes away once everything is there, as in a tunnel.
if (offline) {
  document.addEventListener('wl-ready', () => {
    window.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    dispatchEvent(new Event('offline'));
  });
}
