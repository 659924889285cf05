/** Loads the sentences for developers, which no visitor needs, and says one of them in the console. */
export const giveHint = (say: (sentences: typeof import('./developer.ts')) => void): void =>
  void import('./developer.ts').then(say, () => {});
