interface Badged {
  id: string;
  active: boolean;
  popular: boolean;
}

/**
 * Leaves the badge of the popular package to one.
 * @param taker the one that takes it; otherwise it stays with the first on offer that has it, or else with the first that has it
 */
export function withOnePopular<One extends Badged>(packages: readonly One[], taker?: string): One[] {
  const badged = packages.filter(({ popular }) => popular);
  const keeper = taker ?? (badged.find(({ active }) => active) ?? badged[0])?.id;
  return packages.map((one) => (one.popular === (one.id === keeper) ? one : { ...one, popular: one.id === keeper }));
}
