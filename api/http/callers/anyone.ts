import { type CallerKind, MEBIBYTE } from './kind.ts';

/** An unidentified caller. */
export interface AnyoneCaller {
  kind: 'anyone';
}

/** Callers of health and documentation, and providers, who sign their requests. */
export const anyoneKind: CallerKind<AnyoneCaller> = {
  isPresented: ({ operation }) => operation.callers.anyone === true,
  authenticate: async () => ({ kind: 'anyone' }),
  admit: () => {},
  nameOf: () => 'anyone',
  // No limit, because money must get through.
  usualLimits: [],
  arrivingBytesMax: 64 * MEBIBYTE,
  inWords: 'anyone',
  scheme: null,
};
