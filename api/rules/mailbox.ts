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
  /** Signs within the name that are read as another, or as none. */
  signs?: readonly [RegExp, string];
  /** `anything@name.host` is `name@host`. */
  subdomains?: true;
  /** Where all its hosts lead to one mailbox: the one it is named by. */
  host?: string;
}

/** Fastmail has its addresses under many hosts, and each name has a subdomain under each. */
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
  // A host has no underscore, so a name with one has its subdomain with a hyphen.
  { hosts: new RegExp(`^(${fastmail})$`), signs: [/_/g, '-'], subdomains: true },
  { hosts: /^runbox\.[a-z.]+$/, subdomains: true, host: 'runbox.com' },
  { hosts: /^anonaddy\.(com|me)$/, subdomains: true, host: 'anonaddy.com' },
  { hosts: /^(icloud|me|mac)\.com$/, host: 'icloud.com' },
  { hosts: /^(yandex\.[a-z.]+|ya\.ru)$/, signs: [/\./g, '-'], host: 'yandex.ru' },
  { hosts: /^(yahoo\.[a-z.]+|(ymail|rocketmail|myyahoo)\.com)$/, mark: '-' },
];

/**
 * One name for all the ways to write an address that reach one mailbox, as far as they are known. At a provider that does not know `+`
 * nobody has two such addresses, so it is left out everywhere. Never sent to.
 */
export function mailboxOf(email: string): string {
  const { local, host } = withoutSubdomain(partsOf(email));
  const { mark, signs, host: main = host } = providers.find(({ hosts }) => hosts.test(host)) ?? {};
  const name = before(mark, before('+', local));
  return `${(signs && name.replace(...signs)) || name}@${main}`;
}

/** The address that one with its name in the host stands for. */
function withoutSubdomain(address: Address): Address {
  const labels = address.host.split('.');
  for (let count = 1; count < labels.length - 1; count += 1) {
    const host = labels.slice(count).join('.');
    if (providers.some(({ hosts, subdomains }) => subdomains && hosts.test(host))) return { local: labels.slice(0, count).join('.'), host };
  }
  return address;
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
