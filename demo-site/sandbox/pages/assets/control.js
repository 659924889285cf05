// The page's buttons call the control API; what they changed, and what happens elsewhere, is shown by reading the page again.
const hookOf = (element) => {
  const { action, path } = element?.dataset ?? {};
  return action ? `[data-action="${action}"][data-path="${path}"]` : undefined;
};

async function showAnew() {
  if (document.activeElement.matches('input')) return; // somebody types
  const response = await fetch('/');
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('#world');
  const shown = document.querySelector('#world');
  if (fresh.innerHTML === shown.innerHTML) return;
  const focused = hookOf(document.activeElement);
  shown.replaceWith(fresh);
  if (focused) document.querySelector(focused)?.focus();
}

function tell(sentence) {
  const problem = Object.assign(document.createElement('p'), { className: 'problem', textContent: sentence });
  problem.setAttribute('role', 'alert');
  document.querySelector('.problem')?.remove();
  document.body.append(problem);
  setTimeout(() => problem.remove(), 6000);
}

/** Sends JSON to the control API, and shows what it changed. */
async function send(path, body) {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!response.ok) tell((await response.json()).error.message);
  await showAnew();
}

document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = JSON.stringify(Object.fromEntries(new FormData(form)));
  form.querySelector('button').focus();
  await send(form.dataset.path, body);
});

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('button');
  if (!button) return;
  const { copy, path, body } = button.dataset;
  if (copy) {
    await navigator.clipboard.writeText(copy);
    button.textContent = 'Copied';
  }
  if (path) await send(path, body);
});

setInterval(() => {
  if (document.visibilityState === 'visible') showAnew().catch(() => {}); // stopped: shows what it showed last
}, 2000);
