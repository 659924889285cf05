import type { ErrorEntry } from './entry.ts';

/** Faults of a value, in words that continue its name. */
export const faults = {
  missing: 'is needed',
  empty: 'must not be empty',
  not_text: 'must be a text',
  not_number: 'must be a number',
  not_whole: 'must be a whole number',
  not_boolean: 'must be true or false',
  not_list: 'must be a list',
  not_object: 'must be an object',
  not_this: 'must be {allowed}',
  not_one_of: 'must be one of: {allowed}',
  too_small: 'must be at least {min}',
  too_large: 'must be at most {max}',
  too_short: 'must have at least {min characters|one: character}',
  too_long: 'must have at most {max characters|one: character}',
  wrong_length: 'must have exactly {length characters|one: character}',
  too_few: 'must have at least {min entries|one: entry}',
  too_many: 'must have at most {max entries|one: entry}',
  wrong_count: 'must have exactly {length entries|one: entry}',
  not_multiple: 'must be a multiple of {step}',
  not_email: 'must be an e-mail address',
  not_time: 'must be a time in UTC, such as 2026-01-31T12:00:00Z',
  not_host: 'must be the name of a host, such as api.example',
  not_address: 'must be a whole address, such as https://www.example.com',
  not_valid: 'is not valid',
} as const;

type Faults = typeof faults;
const ofField = Object.fromEntries(Object.entries(faults).map(([reason, words]) => [reason, `This field ${words}.`])) as {
  readonly [Reason in keyof Faults]: `This field ${Faults[Reason]}.`;
};

const ownSentences = {
  account_sid_malformed: 'An account SID is AC and 32 letters and digits.',
  agent_id_malformed: 'Name the agent by its id in the voice account.',
  amount_not_payable: 'A payment is between {minCents currency} and {maxCents currency}.',
  area_code_malformed: 'An area code has 2 to 5 digits.',
  auth_token_short: 'The auth token is longer than that.',
  body_invalid: 'This input is not valid.',
  body_not_object: 'The body must be an object.',
  call_id_malformed: 'A call id has 1 to 120 letters, digits, dots, colons, dashes or underscores.',
  client_not_one: 'Give either clientId or externalId.',
  client_unnamed: 'Name the client.',
  code_malformed: 'The code has six digits.',
  coordinate_malformed: 'A coordinate is base64url of 43 characters.',
  country_malformed: 'Name the country by its two letters, such as DE.',
  credits_not_whole: 'Give whole credits, the smaller first.',
  digits_malformed: 'Type the last four digits.',
  feature_malformed: 'A feature is a word of lowercase letters, digits and dashes.',
  finding_not_one: 'Give either email or externalId.',
  hash_malformed: 'The hash is SHA-256 in 64 hex digits.',
  id_broken: 'This id has half of a letter in it, which no text can hold. Send it as it is in UTF-8.',
  id_malformed: 'Expected an id that starts with {prefix}_.',
  levels_crossed: 'Critical must be below low.',
  listed_before: '{id} stands in the list before; leave the id out for a new one.',
  named_before: '{id} is named before.',
  number_malformed: 'Write the number with its country, such as +49 30 123456.',
  old_name: 'This is the old name of {name}; give only that.',
  order_not_payable: 'A payment is between {minCents currency} and {maxCents currency}. Pay with credits.',
  origin_malformed: 'An origin is a scheme, a host and a port if it has one, such as https://www.example.com.',
  origin_shared: 'Anybody can have a page below this host. List the hosts that are yours, such as https://example.github.io.',
  pattern_malformed: 'Search for 2 to 16 digits or letters; * before or after them stands for any digit.',
  period_backwards: 'The first day must not be after the last.',
  permissions_unneeded: 'Only a secret key has permissions. Leave them out.',
  price_unnamed: 'Name the price in money that was shown.',
  text_not_plain: 'Please use letters, digits and punctuation only.',
  text_unreadable: 'Please enter a text that can be read.',
  unasked_field: 'The form does not ask for this field. Leave it out.',
  unknown_field: 'There is no such field.',
  version_ahead:
    'The settings are at version {version}, and there is no version {asked} yet. Read them again, then send what is still wanted.',
  ware_not_one: 'Give either packageId or amountMillis.',
} as const;

export const inputErrors = {
  'input.invalid': {
    status: 422,
    type: 'invalid_request',
    message: '{reason}',
    values: {
      reason: { ...ofField, ...ownSentences },
      allowed: 'list',
      asked: 'number',
      id: 'text',
      length: 'number',
      max: 'number',
      maxCents: 'cents',
      min: 'number',
      minCents: 'cents',
      name: 'text',
      prefix: 'text',
      step: 'number',
      version: 'number',
    },
  },
} as const satisfies Record<string, ErrorEntry>;
