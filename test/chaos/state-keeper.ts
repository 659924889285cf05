import { connectDatabase } from '../../api/database/connect.ts';

/** Runs the embedded engine, so that it can be killed alone. Prints its address. */
const [dataDir = ''] = process.argv.slice(2);
const { uri } = await connectDatabase({ dataDir, log: { info: () => {} } });
process.stdout.write(`${uri}\n`);
