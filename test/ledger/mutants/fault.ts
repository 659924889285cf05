/** Returns the message that broke a property; empty if it holds. */
export const faultOf = ({ errorInstance }: { errorInstance: unknown | null }): string =>
  errorInstance instanceof Error ? errorInstance.message : '';
