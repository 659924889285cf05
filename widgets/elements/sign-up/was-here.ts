const nameOf = (key: string) => `wl:${key}:here`;

/** Tells whether somebody was signed in here before. A browser that keeps nothing says no. */
export function wasHere(key: string): boolean {
  try {
    return localStorage.getItem(nameOf(key)) !== null;
  } catch {
    return false;
  }
}

/** Remembers, or forgets, that somebody was signed in here. Never who. */
export function rememberVisit(key: string, isHere: boolean): void {
  try {
    if (isHere) localStorage.setItem(nameOf(key), '1');
    else localStorage.removeItem(nameOf(key));
  } catch {
    // Storage is optional: then the page begins with the sign-up.
  }
}
