// Loaded into each test file's process by `--import`: says at its end how long it ran, and how much of the processor it used itself.
import { appendFileSync } from 'node:fs';

const { NODE_TEST_CONTEXT, TEST_USAGE_FILE } = process.env;

// Forked processes inherit this variable, and are no test files.
if (NODE_TEST_CONTEXT && TEST_USAGE_FILE && /\.test\.[jt]s$/.test(process.argv[1])) {
  process.once('exit', () => {
    const { user, system } = process.cpuUsage();
    const usage = { file: process.argv[1], seconds: performance.now() / 1e3, processorSeconds: (user + system) / 1e6 };
    appendFileSync(TEST_USAGE_FILE, `${JSON.stringify(usage)}\n`);
  });
}
