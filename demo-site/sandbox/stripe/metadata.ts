import { invalid } from './refusals.ts';

/**
 * Metadata as Stripe keeps it: strings only; an empty value removes its key.
 * @throws StripeRefusal over 50 keys, a key over 40 characters or a value over 500
 */
export function metadataOf(given: object | '' | null | undefined, before: Record<string, string> = {}): Record<string, string> {
  const metadata: Record<string, string> = given === '' ? {} : { ...before };
  for (const [key, value] of Object.entries(given || {})) {
    const text = String(value ?? '');
    if (key.length > 40)
      throw invalid(
        `Metadata keys can have up to 40 characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`,
        'metadata',
      );
    if (text.length > 500)
      throw invalid(
        `Metadata values can have up to 500 characters, but you passed in a value that is ${text.length} characters. Invalid value: ${text.slice(0, 20)}...`,
        `metadata[${key}]`,
      );
    if (text === '') delete metadata[key];
    else metadata[key] = text;
  }
  if (Object.keys(metadata).length > 50) throw invalid('You can only set up to 50 metadata keys.', 'metadata');
  return metadata;
}
