import { connectDatabase } from '../../../api/database/connect.ts';
import { answerBench } from './answer.ts';

// The database in a process of its own, so that what it costs is counted to nobody.
const database = await connectDatabase({ dataDir: process.env.DATA_DIR ?? '', log: { info: () => {} } });
answerBench({ uri: () => database.uri });
process.once('SIGTERM', () => void database.close().then(() => process.exit()));
