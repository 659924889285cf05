/** Providers whose mailboxes have several spellings: what follows the mark is ignored, and at some the dots are too. */
const providers: readonly { hosts: readonly string[]; mark: string; dots: boolean }[] = [
  { hosts: ['gmail.com', 'googlemail.com'], mark: '+', dots: true },
  { hosts: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com'], mark: '+', dots: false },
  { hosts: ['icloud.com', 'me.com', 'mac.com'], mark: '+', dots: false },
  { hosts: ['proton.me', 'protonmail.com', 'pm.me'], mark: '+', dots: true },
  { hosts: ['fastmail.com', 'fastmail.fm'], mark: '+', dots: false },
  { hosts: ['yahoo.com', 'ymail.com', 'rocketmail.com'], mark: '-', dots: false },
];

/** One name for all the ways to write an address that reach one mailbox, as far as the big providers are known. Never sent to. */
export function mailboxOf(email: string): string {
  const written = email.trim().toLowerCase();
  const at = written.lastIndexOf('@');
  const [local, host] = [written.slice(0, at), written.slice(at + 1)];
  const provider = providers.find(({ hosts }) => hosts.includes(host));
  if (!provider) return written;
  const [name = ''] = local.split(provider.mark);
  // Hosts of one provider may be different mailboxes, except Google's and Apple's, where they never are.
  const isOneNamespace = ['gmail.com', 'icloud.com', 'proton.me'].includes(provider.hosts[0] ?? '');
  return `${provider.dots ? name.replaceAll('.', '') : name}@${isOneNamespace ? provider.hosts[0] : host}`;
}
