/** Stripe's event that a session was paid. A session has several events, and each arrives more than once. */
export interface Delivery {
  eventId: string;
  sessionId: string;
}

/** Credits a paid session. `step` runs between its writes: other deliveries run there, or the process dies. */
export interface Fulfilment {
  credit(delivery: Delivery, step: () => Promise<void>): Promise<void>;
  credited(): Promise<number>;
}

const PAID = 100;

/** Wrong ways to credit a session, each found elsewhere, on a database in memory with atomic single steps. */
export const wrongFulfilments: Record<string, () => Fulfilment> = {
  'looks whether the event is known, adds, and then marks the event': () => {
    const known = new Set<string>();
    let balance = 0;
    return {
      async credit({ eventId }, step) {
        await step();
        if (known.has(eventId)) return;
        await step();
        balance += PAID;
        await step();
        known.add(eventId);
      },
      credited: async () => balance,
    };
  },
  'marks the event uniquely, reads the balance and writes it': () => {
    const known = new Set<string>();
    let balance = 0;
    return {
      async credit({ eventId }, step) {
        await step();
        if (known.has(eventId)) return;
        known.add(eventId);
        await step();
        const read = balance;
        await step();
        balance = read + PAID;
      },
      credited: async () => balance,
    };
  },
  'marks the session uniquely, and then adds': () => {
    const known = new Set<string>();
    let balance = 0;
    return {
      async credit({ sessionId }, step) {
        await step();
        if (known.has(sessionId)) return;
        known.add(sessionId);
        await step();
        balance += PAID;
      },
      credited: async () => balance,
    };
  },
  'marks the event uniquely and adds, in one step': () => {
    const known = new Set<string>();
    let balance = 0;
    return {
      async credit({ eventId }, step) {
        await step();
        if (known.has(eventId)) return;
        known.add(eventId);
        balance += PAID;
      },
      credited: async () => balance,
    };
  },
};
