/** Lets the browser do something else first: what follows is a task of its own. */
export const nextTask = (): Promise<void> => globalThis.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
