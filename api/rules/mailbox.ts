/** What an address is made of, in lower case. */
interface Address {
  local: string;
  host: string;
}

/** How a provider reads the part before the `@`. */
interface Provider {
  /** Hosts of the provider, by their whole name or by its first label: `yahoo` has one in every country. */
  hosts: RegExp;
  /** What follows the sign is ignored; everywhere that holds for `+`. */
  mark?: string;
  /** Signs within the name that are ignored. */
  ignored?: RegExp;
  /** Where all its hosts lead to one mailbox: the one it is named by. */
  host?: string;
}

const providers: readonly Provider[] = [
  { hosts: /^(gmail|googlemail)\.com$/, ignored: /\./g, host: 'gmail.com' },
  { hosts: /^(proton\.me|protonmail\.(com|ch)|pm\.me)$/, ignored: /[._-]/g, host: 'proton.me' },
  { hosts: /^(icloud|me|mac)\.com$/, host: 'icloud.com' },
  { hosts: /^(yandex\.[a-z.]+|ya\.ru)$/, host: 'yandex.ru' },
  { hosts: /^(yahoo\.[a-z.]+|(ymail|rocketmail|myyahoo)\.com)$/, mark: '-' },
];

/**
 * One name for all the ways to write an address that reach one mailbox, as far as they are known. At a provider that does not know `+`
 * nobody has two such addresses, so it is left out everywhere. Never sent to.
 */
export function mailboxOf(email: string): string {
  const { local, host } = partsOf(email);
  const { mark, ignored, host: main = host } = providers.find(({ hosts }) => hosts.test(host)) ?? {};
  const name = before(mark, before('+', local));
  return `${(ignored && name.replace(ignored, '')) || name}@${main}`;
}

/** How addresses begin that may be the same mailbox with something behind its name. */
export function spellingsOf(email: string): string[] {
  const [name = ''] = mailboxOf(email).split('@');
  return [`${name}+`, `${name}-`];
}

/** Those whose spellings were known before `mailboxOf` went by provider and sign. */
const formerly: readonly { hosts: readonly string[]; mark: string; dots: boolean; isOne?: boolean }[] = [
  { hosts: ['gmail.com', 'googlemail.com'], mark: '+', dots: true, isOne: true },
  { hosts: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com'], mark: '+', dots: false },
  { hosts: ['icloud.com', 'me.com', 'mac.com'], mark: '+', dots: false, isOne: true },
  { hosts: ['proton.me', 'protonmail.com', 'pm.me'], mark: '+', dots: true, isOne: true },
  { hosts: ['fastmail.com', 'fastmail.fm'], mark: '+', dots: false },
  { hosts: ['yahoo.com', 'ymail.com', 'rocketmail.com'], mark: '-', dots: false },
];

/** What `mailboxOf` answered formerly. Claims of then are kept under it, as hashes that cannot be turned into the name of now. */
export function formerMailboxOf(email: string): string {
  const { local, host } = partsOf(email);
  const provider = formerly.find(({ hosts }) => hosts.includes(host));
  if (!provider) return `${local}@${host}`;
  const [name = ''] = local.split(provider.mark);
  return `${provider.dots ? name.replaceAll('.', '') : name}@${provider.isOne ? provider.hosts[0] : host}`;
}

function partsOf(email: string): Address {
  const written = email.trim().toLowerCase();
  const at = written.lastIndexOf('@');
  return { local: written.slice(0, at), host: written.slice(at + 1) };
}

/** The name in front of the sign; the whole where nothing stands in front of it. */
const before = (sign: string | undefined, name: string): string => (sign && name.split(sign)[0]) || name;
