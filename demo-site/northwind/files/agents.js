// Every client of Northwind has two agents. Its server makes them when the client first comes.
for (const event of ['wl-ready', 'wl-signed-up', 'wl-signed-in']) {
  document.addEventListener(event, ({ detail }) => detail?.clientId && makeAgents(detail.clientId));
}

async function makeAgents(clientId) {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ clientId }) };
  const reply = await fetch('/demo/agents', request);
  if (!reply.ok) throw new Error((await reply.json()).error.message);
}
