/** What was found at an address. */
export interface WebPage {
  /** After redirects. */
  url: string;
  type: 'html' | 'txt' | 'pdf';
  bytes: number;
}

/** Pages of the public internet, and nothing else: addresses that clients name never reach our own network. */
export interface Web {
  /** The address in its one spelling. Refuses with `knowledge.url_blocked` what cannot be public, before anything is looked up. */
  spell(url: string): string;
  /**
   * Reads a page to its end. Refuses with `knowledge.url_blocked`, whatever is wrong with it.
   * @param reading.signal ends it before
   * @param reading.counted is told of bytes as they come, also of a page that is refused in the end
   */
  read(url: string, reading?: { signal?: AbortSignal; counted?(bytes: number): void }): Promise<WebPage>;
}
