import { EventEmitter } from 'node:events';
import { type Clocked, newId, nowSeconds } from '../ids.ts';

/** A mail that arrived, decoded. */
export interface Mail {
  id: string;
  /** ISO time of arrival. */
  at: string;
  /** The sender as written, e.g. `Northwind <hello@northwind.test>`. */
  from: string;
  /** Every address that it was delivered to, lower case. */
  to: string[];
  subject: string;
  html: string;
  text: string;
  /** Addresses of links in the mail, in order, each once. */
  links: string[];
}

/** The mailbox's part of the sandbox's state. */
interface MailState extends Clocked {
  mails: Mail[];
}

const mailsMax = 1000;

/** Stores arriving mails, newest first. */
export class Inbox extends EventEmitter<{ mail: [Mail] }> {
  readonly #world: MailState;
  readonly #changed: () => void;

  constructor(world: MailState, changed: () => void) {
    super();
    this.#world = world;
    this.#changed = changed;
    this.setMaxListeners(0);
  }

  add(mail: Omit<Mail, 'id' | 'at' | 'links'>): Mail {
    const arrived = {
      ...mail,
      id: newId('mail'),
      at: new Date(nowSeconds(this.#world) * 1000).toISOString(),
      links: linksIn(mail.html || mail.text),
    };
    this.#world.mails.unshift(arrived);
    this.#world.mails.length = Math.min(this.#world.mails.length, mailsMax);
    this.#changed();
    this.emit('mail', arrived);
    return arrived;
  }

  /** @param to only mails delivered to this address */
  list(to?: string): Mail[] {
    return this.#world.mails.filter((mail) => to === undefined || mail.to.includes(to.toLowerCase()));
  }

  read(id: string): Mail | undefined {
    return this.#world.mails.find((mail) => mail.id === id);
  }

  /** Waits for the newest mail to this address that fulfils the predicate, present or future. */
  waitForMail(to: string, matches: (mail: Mail) => boolean = () => true): Promise<Mail> {
    const there = this.list(to).find(matches);
    if (there) return Promise.resolve(there);
    return new Promise((resolve) => {
      const look = (mail: Mail) => {
        if (!mail.to.includes(to.toLowerCase()) || !matches(mail)) return;
        this.off('mail', look);
        resolve(mail);
      };
      this.on('mail', look);
    });
  }
}

function linksIn(content: string): string[] {
  const found = content.match(/https?:\/\/[^\s"'<>]+/g) ?? [];
  return [...new Set(found.map((link) => link.replaceAll('&amp;', '&').replace(/[.,)]+$/, '')))];
}
