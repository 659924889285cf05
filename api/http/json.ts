import { refuse } from '../contract/refusal.ts';

const DEPTH_MAX = 32;
/** Far more than any operation needs. A parsed value costs much more than its two bytes. */
const VALUES_MAX = 10_000;

const [QUOTE, BACKSLASH, COMMA, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\,[]{}'].map((char) => char.charCodeAt(0));

/** Parses JSON. Its depth and number of values are limited before parsing, because parsing blocks the one thread that answers everybody. */
export function parseJson(bytes: Buffer): unknown {
  boundShape(bytes);
  try {
    return bytes.length === 0 ? {} : JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    return refuse('body.malformed', { cause });
  }
}

/** Counts as a parser would: text that is no JSON is counted up to the point where a parser stops. */
function boundShape(bytes: Buffer): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1;
    else if (byte === COMMA) values += 1;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth += 1;
      values += 1;
    }
    if (depth > DEPTH_MAX) refuse('body.too_deep');
    if (values > VALUES_MAX) refuse('body.too_many_values', { values: { max: VALUES_MAX } });
  }
}

/** @returns the end of the string that begins at `start`; the end of the text if it is unterminated */
function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
