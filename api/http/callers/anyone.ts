import { type CallerKind, MEBIBYTE } from './kind.ts';

/** Nobody is known. */
export interface AnyoneCaller {
  kind: 'anyone';
}

/** Whoever asks for health or documentation, and providers, who sign what they send. */
export const anyoneKind: CallerKind<AnyoneCaller> = {
  isPresented: ({ operation }) => operation.callers.anyone === true,
  authenticate: async () => ({ kind: 'anyone' }),
  admit: () => {},
  nameOf: () => 'anyone',
  // Money must get through.
  usualLimits: [],
  arrivingBytesMax: 64 * MEBIBYTE,
  scheme: null,
};
