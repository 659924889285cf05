import { startFromScripts } from './kit/start.ts';

// Before any element is defined, so that each finds its kit when it wakes up, and the first request leaves as early as it can.
startFromScripts(import.meta.url, () => import('./deferred.ts'));
