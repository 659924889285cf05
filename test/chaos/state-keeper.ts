import { connectDatabase } from '../../api/database/connect.ts';

/** Holds the embedded engine, so that it can be killed without anybody else. Says its address in one line. */
const [dataDir = ''] = process.argv.slice(2);
const { uri } = await connectDatabase({ dataDir, log: { info: () => {} } });
process.stdout.write(`${uri}\n`);
