/** The parts of an address, in lower case. */
interface Address {
  local: string;
  host: string;
}

/** A provider's reading of the part before the `@`. */
interface Provider {
  /** The provider's hosts, by full name or by first label: `yahoo` has one in every country. */
  hosts: RegExp;
  /** The sign from which on the name is ignored. `+` counts everywhere. */
  mark?: string;
  /** Signs within the name that are replaced or dropped. */
  signs?: readonly [RegExp, string];
  /** `anything@name.host` is `name@host`. */
  subdomains?: true;
  /** The host that names the mailbox, if all hosts lead to one. */
  host?: string;
}

/** Fastmail's hosts. Each name also has a subdomain under each of them. */
const fastmail = [
  'fastmail\\.[a-z.]+|123mail\\.org|airpost\\.net|cluemail\\.com|eml\\.cc|f-m\\.fm|fastem\\.com|fastemail\\.us|fastemailer\\.com|fastest\\.cc',
  'fastimap\\.com|fastmailbox\\.net|fastmessaging\\.com|fea\\.st|fmail\\.co\\.uk|fmailbox\\.com|fmgirl\\.com|fmguy\\.com|ftml\\.net|imap\\.cc',
  'imapmail\\.org|letterboxes\\.org|mailbolt\\.com|mailcan\\.com|mailhaven\\.com|mailmight\\.com|ml1\\.net|mm\\.st|myfastmail\\.com',
  'nospammail\\.net|ownmail\\.net|postinbox\\.com|proinbox\\.com|promessage\\.com|realemail\\.net|reallyfast\\.(biz|info)|rushpost\\.com',
  'sent\\.(as|at|com)|speedymail\\.org|ssl-mail\\.com|swift-mail\\.com|the-fastest\\.net|veryfast\\.biz|warpmail\\.net|xsmail\\.com|yepmail\\.net',
].join('|');

const providers: readonly Provider[] = [
  { hosts: /^(gmail|googlemail)\.com$/, signs: [/\./g, ''], host: 'gmail.com' },
  { hosts: /^(proton\.me|protonmail\.(com|ch)|pm\.me)$/, signs: [/[._-]/g, ''], host: 'proton.me' },
  // A host name has no underscore, so the subdomain of such a name has a hyphen.
  { hosts: new RegExp(`^(${fastmail})$`), signs: [/_/g, '-'], subdomains: true },
  { hosts: /^runbox\.[a-z.]+$/, subdomains: true, host: 'runbox.com' },
  { hosts: /^anonaddy\.(com|me)$/, subdomains: true, host: 'anonaddy.com' },
  { hosts: /^(icloud|me|mac)\.com$/, host: 'icloud.com' },
  { hosts: /^(yandex\.[a-z.]+|ya\.ru)$/, signs: [/\./g, '-'], host: 'yandex.ru' },
  { hosts: /^(yahoo\.[a-z.]+|(ymail|rocketmail|myyahoo)\.com)$/, mark: '-' },
];

/**
 * Returns one name for all known spellings of an address that reach one mailbox. `+` is dropped everywhere, because at a provider without
 * it nobody has two such addresses. Never send mail to this name.
 */
export function mailboxOf(email: string): string {
  const { local, host } = withoutSubdomain(partsOf(email));
  const { mark, signs, host: main = host } = providers.find(({ hosts }) => hosts.test(host)) ?? {};
  const name = before(mark, before('+', local));
  return `${(signs && name.replace(...signs)) || name}@${main}`;
}

/** Resolves an address whose host contains the name. */
function withoutSubdomain(address: Address): Address {
  const labels = address.host.split('.');
  for (let count = 1; count < labels.length - 1; count += 1) {
    const host = labels.slice(count).join('.');
    if (providers.some(({ hosts, subdomains }) => subdomains && hosts.test(host))) return { local: labels.slice(0, count).join('.'), host };
  }
  return address;
}

/** Returns the beginnings of addresses that may be the same mailbox with a suffix. */
export function spellingsOf(email: string): string[] {
  const [name = ''] = mailboxOf(email).split('@');
  return [`${name}+`, `${name}-`];
}

/** The providers whose spellings were known before `mailboxOf` worked by provider and sign. */
const formerly: readonly { hosts: readonly string[]; mark: string; dots: boolean; isOne?: boolean }[] = [
  { hosts: ['gmail.com', 'googlemail.com'], mark: '+', dots: true, isOne: true },
  { hosts: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com'], mark: '+', dots: false },
  { hosts: ['icloud.com', 'me.com', 'mac.com'], mark: '+', dots: false, isOne: true },
  { hosts: ['proton.me', 'protonmail.com', 'pm.me'], mark: '+', dots: true, isOne: true },
  { hosts: ['fastmail.com', 'fastmail.fm'], mark: '+', dots: false },
  { hosts: ['yahoo.com', 'ymail.com', 'rocketmail.com'], mark: '-', dots: false },
];

/** Returns the former result of `mailboxOf`. Older claims are stored under its hash, from which the present name cannot be computed. */
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

/** Returns the name before the sign, or the whole name if nothing stands before it. */
const before = (sign: string | undefined, name: string): string => (sign && name.split(sign)[0]) || name;
