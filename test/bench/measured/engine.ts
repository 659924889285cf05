import { connectDatabase } from '../../../api/database/connect.ts';
import { answerBench } from './answer.ts';

// The database has its own process, so that its cost counts for no measured one.
const database = await connectDatabase({ dataDir: process.env.DATA_DIR ?? '', log: { info: () => {} } });
answerBench({ uri: () => database.uri });
process.once('SIGTERM', () => void database.close().then(() => process.exit()));
