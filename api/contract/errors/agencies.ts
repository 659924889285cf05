import type { ErrorEntry } from './entry.ts';

export const agencyErrors = {
  'agency.minutes_exhausted': { status: 403, type: 'permission', message: 'Calls are not possible at the moment. Please contact support.' },
  'agency.keys_rotated': {
    status: 409,
    type: 'conflict',
    message: 'This agency was made, and its keys were changed since. Make new ones with agencies.rotateKey.',
  },
  'agency.not_found': { status: 404, type: 'not_found', message: 'There is no such agency.' },
  'agency.not_parent': { status: 403, type: 'permission', message: 'Only the agency itself can do this.' },
  'agency.suspended': { status: 403, type: 'permission', message: 'This service is not available at the moment.' },
  'agency.unavailable': {
    status: 403,
    type: 'permission',
    message: '{notice}',
    values: { notice: { own: '{text}', none: 'This service is not available at the moment.' }, text: 'text' },
  },
  'agency.test_left': { status: 409, type: 'conflict', message: 'That test world is not the current one. Read the settings again.' },
  'brand.color_invalid': { status: 422, type: 'invalid_request', message: 'A color is written as # and six hex digits, such as #2563eb.' },
  'brand.url_invalid': { status: 422, type: 'invalid_request', message: 'Give a full https address without a user name or password.' },
  'key.refused': { status: 401, type: 'authentication', message: 'This key is not valid.' },
  'key.rotating': { status: 409, type: 'conflict', message: 'Another change of the keys is under way. Please try again.' },
  'key.in_browser': { status: 403, type: 'permission', message: 'A secret key belongs on a server, never in a page.' },
  'origin.refused': { status: 403, type: 'permission', message: 'This page may not use this key.' },
  'permission.missing': {
    status: 403,
    type: 'permission',
    message: 'This key may not do that: it lacks the permission {permission}. Use a key that has it.',
    values: { permission: 'text' },
  },
  'portal.incomplete': {
    status: 422,
    type: 'invalid_request',
    message: 'The live portal cannot be switched on before these are there: {fields}.',
    values: { fields: 'list' },
  },
  'portal.field_missing': {
    status: 422,
    type: 'invalid_request',
    message: '{field}',
    values: {
      field: {
        'brand.companyName': 'Give the company name that clients see.',
        slug: 'Choose the slug of the portal.',
        'stripe.publishableKey': 'Paste the publishable key of your Stripe account.',
        'stripe.secretKey': 'Paste the secret key of your Stripe account.',
        'stripe.productId': 'Paste the id of the product that you sell credits as.',
        'stripe.priceId': 'Paste the id of the price of your first package.',
        'stripe.webhookSecret': 'Paste the signing secret of the webhook, or let it be made with your secret key.',
      },
    },
  },
  'settings.changed': {
    status: 409,
    type: 'conflict',
    message: 'Somebody else changed {settings} meanwhile. Read the settings again, then send what is still wanted.',
    values: { settings: 'list' },
  },
  'settings.live_key_needed': {
    status: 403,
    type: 'permission',
    message: 'Test and live share {shared}. Change it with the live secret key.',
    values: { shared: { field: '{field}', publication: 'what is published' }, field: 'text' },
  },
  'slug.invalid': {
    status: 422,
    type: 'invalid_request',
    message: 'A slug has 3 to 50 lowercase letters, digits and single hyphens between them.',
  },
  'slug.renamed_often': {
    status: 409,
    type: 'conflict',
    message: 'An agency keeps {most} former slugs for 90 days each. It can be renamed again from {day} on, or back to one of them now.',
    values: { most: 'count', day: 'day' },
  },
  'slug.reserved': { status: 422, type: 'invalid_request', message: 'This slug is reserved. Please choose another.' },
  'slug.taken': { status: 409, type: 'conflict', message: 'This slug is taken. Please choose another.' },
} as const satisfies Record<string, ErrorEntry>;
