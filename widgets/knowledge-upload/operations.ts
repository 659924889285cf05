import { addOperations } from '../kit/client.ts';
import '../wall/operations.ts';

addOperations({ reads: ['knowledge.list', 'agents.list'], repeatable: ['knowledge.add', 'knowledge.retry'] });
