import { addOperations } from '../kit/client.ts';

addOperations({ reads: ['plans.list', 'entitlements.read', 'orders.read'], repeatable: ['plans.choose'] });
