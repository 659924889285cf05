/** Writes a quantity in words: `no numbers`, `1 number`, `3 numbers`. */
export const quantity = (count: number, noun: string): string =>
  count === 0 ? `no ${noun}s` : count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
