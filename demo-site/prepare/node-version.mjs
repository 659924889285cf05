/** The oldest Node that every dependency runs on. */
const OLDEST = [20, 19];

/** One sentence where this Node is too old, nothing where it will do. */
export function nodeTooOld(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const oldEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return oldEnough ? undefined : `Node ${OLDEST.join('.')} or newer is needed; this is Node ${version}. Get it from https://nodejs.org.`;
}
