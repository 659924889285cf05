import type { Output } from '../../../api/contract/index.ts';

export type Found = Output<'numbers.search'>['numbers'][number];
export type ClientNumber = Output<'numbers.list'>['numbers'][number];

const none = { kind: 'none', state: 'met', code: 'none', message: 'No papers are needed.' } as const;
const price = { setupMillis: 1000, monthlyMillis: 2000, setupCents: 40, monthlyCents: 80, currency: 'EUR' } as const;

/** Answers as the contract shapes them; a test says only what it is about. */
export const found = (given: Partial<Found> = {}): Found => ({
  number: '+14155550100',
  display: '+1 415 555 0100',
  country: 'US',
  type: 'local',
  locality: 'San Francisco',
  region: 'CA',
  capabilities: { voice: true, sms: true, mms: false },
  ...price,
  needs: none,
  taken: false,
  ...given,
});

export const number = (given: Partial<ClientNumber> = {}): ClientNumber => ({
  id: 'num_1',
  number: '+14155550100',
  display: '+1 415 555 0100',
  country: 'US',
  type: 'local',
  label: null,
  way: 'bought',
  state: 'active',
  capabilities: { voice: true, sms: true, mms: false },
  callerId: true,
  monthlyMillis: 2000,
  paidUntil: '2026-02-05T10:00:00.000Z',
  overdueMillis: 0,
  graceUntil: null,
  trunk: null,
  agentId: null,
  answeredBy: 'nobody',
  ...given,
});

export const offer = (given: Partial<Output<'numbers.offer'>> = {}): Output<'numbers.offer'> => ({
  kinds: [
    { country: 'US', type: 'local', ...price, needs: none },
    {
      country: 'GB',
      type: 'mobile',
      ...price,
      needs: { kind: 'bundle', state: 'missing', code: 'bundle_missing', message: 'This country asks for papers before a number is sold.' },
    },
  ],
  searchable: true,
  account: null,
  ...given,
});
