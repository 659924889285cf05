import { type Response, Router } from 'express';
import type { Inbox, Mail } from '../mail/inbox.ts';
import { type Html, html, page } from './html.ts';

/** A mail may have styles and pictures, and its links open a tab; it runs no script. */
const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; font-src data:; " +
  'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox';

/** The inbox as pages and as JSON. */
export function mailRoutes(inbox: Inbox): Router {
  const router = Router();
  router.get('/mail/messages', (req, res) => {
    res.json({ messages: inbox.list(typeof req.query.to === 'string' ? req.query.to : undefined) });
  });
  router.get('/mail/messages/:id', (req, res) => withMail(inbox, req.params.id, res, (mail) => res.json(mail)));
  router.get('/mail/messages/:id/body', (req, res) => {
    withMail(inbox, req.params.id, res, (mail) =>
      res.set('content-security-policy', mailPolicy).send(`<!doctype html><base target="_blank">${mail.html}`),
    );
  });
  // Streams one line per arriving mail, so that an open inbox shows it at once.
  router.get('/mail/arrivals', (req, res) => {
    res.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
    const tell = (mail: Mail) => res.write(`data: ${mail.id}\n\n`);
    inbox.on('mail', tell);
    req.once('close', () => inbox.off('mail', tell));
  });
  router.get('/mail', (_req, res) => res.send(inboxPage(inbox.list())));
  router.get('/mail/:id', (req, res) => withMail(inbox, req.params.id, res, (mail) => res.send(inboxPage(inbox.list(), mail))));
  return router;
}

function withMail(inbox: Inbox, id: string, res: Response, act: (mail: Mail) => unknown): void {
  const mail = inbox.read(id);
  if (mail) act(mail);
  else res.status(404).json({ error: { message: `There is no mail ${id}.` } });
}

function inboxPage(mails: Mail[], open?: Mail): string {
  const body = html`<div class="inbox${open ? ' reading' : ''}">
  <nav class="list" aria-label="Mails">
    <header><h1>Inbox</h1><a href="/">Sandbox</a></header>
    <ol id="messages">${mails.length ? mails.map((mail) => row(mail, mail.id === open?.id)) : empty}</ol>
  </nav>
  <main>${open ? message(open) : html`<p class="nothing">${mails.length ? 'Choose a mail to read it.' : ''}</p>`}</main>
</div>`;
  return page({ title: open ? open.subject : `Inbox (${mails.length})`, name: 'mail', script: true, body });
}

const empty = html`<li class="empty">No mail yet. It appears here by itself as soon as one arrives.</li>`;

const row = (
  mail: Mail,
  current: boolean,
): Html => html`<li><a href="/mail/${mail.id}"${current ? html` aria-current="page"` : ''} data-mail="${mail.id}">
  <span class="to">${mail.to.join(', ')}</span> ${time(mail)}
  <strong class="subject">${mail.subject || 'No subject'}</strong>
  <span class="from">${mail.from}</span></a></li>`;

const time = (mail: Mail): Html => html`<time datetime="${mail.at}">${mail.at.slice(11, 16)}</time>`;

const message = (mail: Mail): Html => html`<article class="message">
  <a class="back" href="/mail">All mails</a>
  <h2>${mail.subject || 'No subject'}</h2>
  <dl><dt>From</dt><dd>${mail.from}</dd><dt>To</dt><dd>${mail.to.join(', ')}</dd><dt>Arrived</dt><dd>${mail.at.replace('T', ' ').slice(0, 19)} UTC</dd></dl>
  ${
    mail.html &&
    html`<iframe class="body" title="The mail as designed" src="/mail/messages/${mail.id}/body"
    sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>`
  }
  ${mail.text && html`<details${mail.html ? '' : html` open`}><summary>As plain text</summary><pre>${linked(mail.text)}</pre></details>`}
</article>`;

/** Turns addresses in plain text into links. */
const linked = (text: string): Html[] =>
  text
    .split(/(https?:\/\/[^\s<>"']+)/)
    .map((part, index) => (index % 2 ? html`<a href="${part}" target="_blank" rel="noopener">${part}</a>` : html`${part}`));
