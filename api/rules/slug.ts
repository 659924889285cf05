/** Names that could be mistaken for parts of the product's own addresses. */
const reserved = new Set([
  'admin',
  'agency',
  'api',
  'app',
  'assets',
  'auth',
  'billing',
  'cdn',
  'console',
  'dashboard',
  'demo',
  'docs',
  'embed',
  'health',
  'help',
  'live',
  'login',
  'mail',
  'media',
  'platform',
  'portal',
  'root',
  'sandbox',
  'settings',
  'signin',
  'signup',
  'static',
  'status',
  'support',
  'system',
  'test',
  'webhook',
  'webhooks',
  'well-known',
  'www',
]);

/** Checks a slug: 3 to 50 of a-z and 0-9, with single hyphens inside, and not reserved. */
export function checkSlug(slug: string): 'slug.invalid' | 'slug.reserved' | undefined {
  if (slug.length < 3 || slug.length > 50 || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) return 'slug.invalid';
  return reserved.has(slug) ? 'slug.reserved' : undefined;
}
