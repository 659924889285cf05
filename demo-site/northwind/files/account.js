// Adds Northwind's own parts to its account page: the test calls, and the view of its minutes.
const calls = [...document.querySelectorAll('button[data-seconds]')];
const answer = document.querySelector('#call-answer');
const minutes = document.querySelector('#agency-minutes');
const change = document.querySelector('#agency-change');

const REFRESH_MS = 3000;
let clientId;

for (const event of ['wl-ready', 'wl-signed-up', 'wl-signed-in'])
  document.addEventListener(event, ({ detail }) => signedInAs(detail?.clientId));
document.addEventListener('wl-signed-out', () => signedInAs(undefined));
for (const event of ['wl-email-verified', 'wl-credits-bought', 'wl-balance-changed']) document.addEventListener(event, showMinutes);

for (const button of calls) button.addEventListener('click', () => makeCall(Number(button.dataset.seconds)));

showMinutes();
setInterval(() => document.visibilityState === 'visible' && showMinutes(), REFRESH_MS);

function signedInAs(id) {
  clientId = id ?? undefined;
  for (const button of calls) button.disabled = clientId === undefined;
  say(clientId ? '' : 'Sign in first.');
}

async function makeCall(seconds) {
  for (const button of calls) button.disabled = true;
  say('Ringing …');
  const reply = await ask('/demo/call', { clientId, seconds });
  say(reply.error ? reply.error.message : `${seconds} seconds, ${inMinutes(reply.costMillis)} credits used.`, Boolean(reply.error));
  for (const button of calls) button.disabled = clientId === undefined;
  await showMinutes();
}

async function showMinutes() {
  const reply = await ask('/demo/minutes');
  if (reply.error) return;
  const before = minutes.dataset.millis;
  const now = reply.availableMillis;
  minutes.value = inMinutes(now);
  minutes.dataset.millis = String(now);
  if (before === '' || Number(before) === now) return;
  const moved = now - Number(before);
  change.textContent = `${moved < 0 ? '−' : '+'}${inMinutes(Math.abs(moved))}`;
  change.hidden = false;
}

/** Asks Northwind's own server. */
async function ask(path, body) {
  try {
    const request = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return await (await fetch(path, request)).json();
  } catch {
    return { error: { code: 'offline', message: 'Northwind does not answer. Is the demo still running?' } };
  }
}

function say(sentence, refused = false) {
  answer.textContent = sentence;
  answer.classList.toggle('refused', refused);
}

/** Milli-minutes as a person reads them: 1017 is 1.017, and 5000 is 5. */
function inMinutes(millis) {
  return (millis / 1000).toLocaleString('en', { maximumFractionDigits: 3 }).replace('-', '−');
}
