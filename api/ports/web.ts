/** The page found at an address. */
export interface WebPage {
  /** After redirects. */
  url: string;
  type: 'html' | 'txt' | 'pdf';
  bytes: number;
}

/** Reads pages of the public internet only: addresses from clients never reach our own network. */
export interface Web {
  /** Returns the canonical spelling of an address. Refuses with `knowledge.url_blocked` if it cannot be public, before any look-up. */
  spell(url: string): string;
  /**
   * Reads a page completely. Refuses with `knowledge.url_blocked`, whatever the problem is.
   * @param reading.signal ends it early
   * @param reading.counted gets the number of bytes as they arrive, also of a page that is finally refused
   */
  read(url: string, reading?: { signal?: AbortSignal; counted?(bytes: number): void }): Promise<WebPage>;
}
