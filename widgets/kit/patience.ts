/** The pauses before another try: a release or a short loss of the network is over by then. */
const PAUSES_MS = [1_000, 4_000];

/**
 * Loads code that comes later, with a few tries.
 * @throws what the last try threw
 */
export async function tryPatiently<Code>(load: () => Promise<Code>): Promise<Code> {
  for (const pause of PAUSES_MS) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return load();
}
