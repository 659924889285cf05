/** How a plan rounds connected seconds. */
export type CallRounding = { by: 'second' } | { by: 'minute' } | { by: 'increment'; seconds: number };

/**
 * Returns the cost of a call in milli-credits: 1 credit = 1 minute = 1000. Rounds the total up once, never its parts. 61 seconds cost 1017
 * by the second, 2000 by the minute, 1100 by increments of 6 seconds.
 */
export function callCostMillis(seconds: number, rounding: CallRounding): number {
  switch (rounding.by) {
    case 'second':
      return divideUp(seconds * 1000, 60);
    case 'minute':
      return divideUp(seconds, 60) * 1000;
    case 'increment':
      return divideUp(divideUp(seconds, rounding.seconds) * rounding.seconds * 1000, 60);
  }
}

/** Divides integers, rounding up, without forming a fraction. */
function divideUp(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  return (dividend - rest) / divisor + (rest > 0 ? 1 : 0);
}
