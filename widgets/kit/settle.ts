/**
 * Waits for something that may never come: an answer of the page's own code, of the browser's storage, of a script of somebody else.
 * @throws the reason of the promise, or an error once the time is over
 */
export async function settleWithin<Value>(millis: number, promise: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${millis} ms`)), millis);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
