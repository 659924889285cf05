import { addOperations } from '../../kit/client.ts';
import '../../payment/operations.ts';

addOperations({
  reads: ['numbers.offer', 'numbers.search', 'numbers.list', 'agents.list'],
  repeatable: ['numbers.reserve', 'numbers.buy', 'numbers.connect', 'numbers.connectTrunk', 'numbers.import'],
});
