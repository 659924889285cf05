import { addOperations } from '../../kit/client.ts';
import '../../payment/operations.ts';

addOperations({ reads: ['knowledge.list', 'agents.list'], repeatable: ['knowledge.add', 'knowledge.retry'] });
