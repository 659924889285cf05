/** Returns the name of the unique index that refused a write, or undefined for any other error. */
export function duplicateIndex(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 11_000) return undefined;
  return /index: (\S+)/.exec(error.message)?.[1];
}
