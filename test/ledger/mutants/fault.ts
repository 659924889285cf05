/** What broke a property; empty where nothing did. */
export const faultOf = ({ errorInstance }: { errorInstance: unknown | null }): string =>
  errorInstance instanceof Error ? errorInstance.message : '';
