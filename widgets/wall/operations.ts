import { addOperations } from '../core/client.ts';

addOperations({ reads: ['plans.list', 'entitlements.read', 'orders.read'], repeatable: ['plans.choose'] });
