import { countNumbers } from '../../models/number.ts';
import { readRoom } from '../../models/room.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { Plan } from '../directory/plan.ts';

/** How much of each limit of its plan a client uses. */
export async function usedOf(scope: ClientScope): Promise<Record<keyof Plan['limits'], number>> {
  const [{ sources, bytes: storageBytes }, numbers] = await Promise.all([readRoom(scope), countNumbers(scope)]);
  return { numbers, sources, storageBytes };
}
