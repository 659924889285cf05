/** What a provider said when it did not do what it was asked. */
export interface ProviderWords {
  status?: number | undefined;
  /** The provider's own class and code of the error. */
  type?: string | undefined;
  code?: string | undefined;
  message: string;
  /** What the provider's support asks for. */
  requestId?: string | undefined;
}

/**
 * The cause of a refusal that a provider is behind. The log tells all of it, a client nothing. In the message keys, addresses and numbers are
 * covered up: a log outlives them.
 */
export class ProviderError extends Error {
  readonly provider: string;
  readonly words: ProviderWords;

  constructor(provider: string, words: ProviderWords) {
    const message = covered(words.message);
    super(message);
    this.name = 'ProviderError';
    this.provider = provider;
    this.words = { ...words, message };
  }
}

const MESSAGE_LENGTH_MAX = 500;

const covered = (message: string): string =>
  message
    .slice(0, MESSAGE_LENGTH_MAX)
    .replace(/\b(?:[spr]k|wl[pksr]|whsec|key)_[\w*]+/gi, '(a key)')
    .replace(/[^\s@'"<>]+@[^\s@'"<>,;]+/g, '(an address)')
    .replace(/\+?\d[\d ()-]{7,}\d/g, '(a number)');
