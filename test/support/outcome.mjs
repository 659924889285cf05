/**
 * A reporter for node's test runner that writes as JSON how many tests passed and failed. Each failure has its file, its first lines and
 * whether it may be tried again: a failed random history is a finding, whatever the next run says.
 */
export default async function* outcome(events) {
  const seen = {};
  const failures = [];
  for await (const { type, data } of events) {
    const [, what, number] = (type === 'test:diagnostic' && data.nesting === 0 && /^(\w+) (\d+)$/.exec(data.message)) || [];
    if (what) seen[what] = Number(number);
    if (type === 'test:fail' && data.details.error?.failureType !== 'subtestsFailed') failures.push(failure(data));
  }
  yield JSON.stringify({ passed: seen.pass ?? 0, failed: (seen.fail ?? 0) + (seen.cancelled ?? 0), failures });
}

function failure({ name, file = name, details: { error } }) {
  const text = String(error?.cause?.stack ?? error?.cause ?? error?.message ?? error);
  return { name, file, text, drawn: text.includes('Property failed after') || /[\\/]test[\\/]chaos[\\/]/.test(file) };
}
