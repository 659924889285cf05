import type { Output } from '../../../api/contract/index.ts';
import type { StringKey } from '../../strings/strings.ts';

export type Mode = 'sign-up' | 'sign-in' | 'forgot' | 'reset';
type SignUpForm = Output<'bootstrap.read'>['signUp'];

/** One input as password managers and autofill know it. */
export interface Field {
  name: string;
  label: StringKey;
  autocomplete: string;
  type: 'text' | 'email' | 'password' | 'tel';
  optional?: true;
}

const text = (name: StringKey, autocomplete: string, type: Field['type'] = 'text'): Field => ({ name, label: name, autocomplete, type });
const email = text('email', 'email', 'email');
const newPassword: Field = { name: 'password', label: 'newPassword', autocomplete: 'new-password', type: 'password' };
const repeated = text('passwordConfirmation', 'new-password', 'password');

/** Tells browsers what to fill into each field that an agency may ask for besides name, e-mail and password. */
export const autocompleteOf: Record<SignUpForm['fields'][number], string> = {
  username: 'username',
  phone: 'tel',
  country: 'country-name',
  region: 'address-level1',
  city: 'address-level2',
  postalCode: 'postal-code',
  addressLine1: 'address-line1',
  addressLine2: 'address-line2',
  company: 'organization',
  role: 'organization-title',
};

/** The fields of a form in this mode, in order. */
export function fieldsOf(mode: Mode, { fields }: SignUpForm): Field[] {
  if (mode === 'forgot') return [email];
  if (mode === 'reset') return [newPassword, repeated];
  if (mode === 'sign-in')
    return [
      { ...text(fields.includes('username') ? 'login' : 'email', 'username'), name: 'login' },
      text('password', 'current-password', 'password'),
    ];
  const asked = fields.map((name): Field => ({ ...text(name, autocompleteOf[name], name === 'phone' ? 'tel' : 'text'), optional: true }));
  return [
    text('firstName', 'given-name'),
    text('lastName', 'family-name'),
    email,
    ...asked,
    { ...newPassword, label: 'password' },
    repeated,
  ];
}

export type Values = Record<string, string>;
