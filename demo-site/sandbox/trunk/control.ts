import type { World } from '../world.ts';
import type { Reached, Trunk, TrunkState } from './trunk.ts';

/** The far end of a SIP trunk. */
export interface TrunkControl {
  state(): TrunkState;
  /** Changes how and whom it answers. */
  set(change: Partial<TrunkState>): TrunkState;
  /** Requests that reached it, newest first. */
  calls(): readonly Reached[];
}

export const trunkControl = (world: World, trunk: Trunk, changed: () => void): TrunkControl => ({
  state: () => world.trunk,
  set(change) {
    Object.assign(world.trunk, change);
    changed();
    return world.trunk;
  },
  calls: () => trunk.reached,
});
