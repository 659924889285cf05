import { isCrew } from './files.mjs';

/**
 * A reporter for node's test runner that writes as JSON how many tests passed, and which failed. Each failure has its file, its first lines and
 * whether it may be tried again: a failed random history is a finding, whatever the next run says.
 */
export default async function* outcome(events) {
  let passed = 0;
  const failures = [];
  // The runner tells everything in a file before the next file begins.
  let file;
  for await (const { type, data } of events) {
    if (type === 'test:start' && data.nesting === 0) file = data.name;
    if (type === 'test:pass' && isTest(data)) passed += 1;
    if (type === 'test:fail' && data.details.error?.failureType !== 'subtestsFailed') failures.push(failure(data, file));
  }
  yield JSON.stringify({ passed, failures });
}

/** A suite is no test, and neither is a process that found no file left to run. */
const isTest = ({ name, skip, details }) => details.type !== 'suite' && skip === undefined && !isCrew(name);

function failure({ name, details: { error } }, file = name) {
  const text = [...causesOf(error?.cause ?? error)].join('\nCaused by: ');
  return { name, file, text, drawn: text.includes('Property failed after') || file.includes('test/chaos/') };
}

/**
 * Tells an error by what it says, and what caused it with the place: a random history says which one failed, and its cause why. Only the first
 * lines of it are read.
 */
function* causesOf(error) {
  for (let one = error; one !== undefined && one !== null; one = one.cause)
    yield String((one.cause ? one.message : one.stack) ?? one.message ?? one);
}
