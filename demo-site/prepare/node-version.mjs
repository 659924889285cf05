/** The oldest Node that every dependency runs on. */
const OLDEST = [20, 19];

/** Returns one sentence if this Node is too old, and nothing otherwise. */
export function nodeTooOld(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const oldEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return oldEnough ? undefined : `Node ${OLDEST.join('.')} or newer is needed; this is Node ${version}. Get it from https://nodejs.org.`;
}
