import { passwordFaults, passwordLengths } from '../../../api/rules/password.ts';
import type { Kit } from '../../kit/kit.ts';
import { pageAddress } from '../../kit/page-address.ts';
import { refusalOf } from '../../kit/refused.ts';
import { signIn, signUp } from '../../kit/sign-in.ts';
import { signOut } from '../../kit/sign-out.ts';
import { submitStrings } from '../../strings/en/submit.ts';
import type { StringKey } from '../../strings/strings.ts';
import { type Field, fieldsOf, type Mode, type Values } from './fields.ts';
import type { Form, Host } from './form.ts';
import { ruleOf } from './password-rules.ts';
import { rememberVisit } from './was-here.ts';

type Data = NonNullable<Kit['data']>;

/** Checks the form, sends it, and shows what came of it: an error at its field, or one sentence over all. */
export async function submitForm(form: Form, host: Host, kit: Kit, data: Data): Promise<void> {
  const { mode } = host;
  Object.assign(kit.texts, submitStrings);
  // A browser or password manager that fills fields in does not always say so.
  for (const { name, value } of host.querySelectorAll<HTMLInputElement>(':scope > input')) form.values = { ...form.values, [name]: value };
  const fields = fieldsOf(mode, data.signUp);
  const names = fields.map(({ name }) => name);
  const consent = mode === 'sign-up' && !!(data.brand.termsUrl || data.brand.privacyUrl);
  const errors = findFaults(fields, form.values, mode, data.signUp.passwordPolicy, host);
  if (consent && !form.accepted) errors.set('acceptedTerms', host.say('consent.missing'));
  form.set({ errors });
  if (errors.size) return form.focus('[aria-invalid=true]');
  try {
    await send(form, kit, mode, consent);
  } catch (error) {
    const refused = refusalOf(error);
    // A password manager may have filled in what nobody sees: the next try goes without it.
    const trap = host.querySelector<HTMLInputElement>(':scope > [name=website]');
    if (trap) trap.value = '';
    for (const fault of refused.fields) {
      const name = fault.param.split('.').pop() ?? '';
      if (names.includes(name) || name === 'acceptedTerms') errors.set(name, host.explain(fault));
    }
    // A new link is one button away.
    if (refused.code === 'reset.expired' || refused.code === 'reset.outdated') form.switchTo('forgot');
    form.set(errors.size ? { errors } : { problem: host.explain(refused) });
    if (errors.size) form.focus('[aria-invalid=true]');
  }
}

/** Checks the fields before anything is sent, and tells the errors by field. The server checks again, by the same rules. */
export function findFaults(
  fields: Field[],
  values: Values,
  mode: Mode,
  policy: Data['signUp']['passwordPolicy'],
  host: Pick<Host, 'say'>,
): Map<string, string> {
  const found = new Map<string, string>();
  const fieldOf = (name: string) => fields.find((field) => field.name === name);
  const ask = (name: string, good: boolean, key: StringKey) => good || !fieldOf(name) || found.set(name, host.say(key));
  const { firstName = '', lastName = '', email = '', login = '', password = '', passwordConfirmation = '' } = values;
  for (const [name, text] of Object.entries({ firstName, lastName })) {
    ask(name, text.trim().length <= 80, 'name.invalid');
    ask(name, /\S/.test(text), 'field.missing');
  }
  // Keyboards of East Asia write wide signs, such as an ideographic full stop; the server reads them as the plain ones.
  ask('email', /^\s*\S+@\S+[.\u3002]\S+\s*$/.test(email.normalize('NFKC')), 'email.invalid');
  ask('login', /\S/.test(login), fieldOf('login')?.label === 'email' ? 'email.missing' : 'login.missing');
  ask('passwordConfirmation', password === passwordConfirmation, 'password.mismatch');
  const [fault] = mode === 'sign-in' ? [] : passwordFaults(password, policy);
  if (fault && fieldOf('password')) {
    const rule = fault.includes('too_') ? host.say('rule.length', { ...passwordLengths(policy) }) : host.say(ruleOf(fault));
    found.set('password', host.say('password.needs', { rule }));
  }
  ask('password', password !== '', 'password.missing');
  return found;
}

async function send(form: Form, kit: Kit, mode: Mode, consent: boolean): Promise<void> {
  const {
    firstName = '',
    lastName = '',
    email = '',
    login = '',
    password = '',
    passwordConfirmation = '',
    website,
    ...others
  } = form.values;
  const returnUrl = pageAddress(kit);
  if (mode === 'forgot') {
    await kit.call('accounts.requestReset', { email, returnUrl });
    return form.switchTo('sign-in', 'forgot.sent');
  }
  if (mode === 'reset') {
    await kit.call('accounts.reset', { token: kit.fragment.reset ?? '', password, passwordConfirmation });
    // Every session of the member has ended, this one too.
    if (kit.account) await signOut(kit);
    return form.switchTo('sign-in', 'reset.done');
  }
  if (mode === 'sign-in') await signIn(kit, { login, password });
  else {
    const profile = Object.fromEntries(Object.entries(others).filter(([, value]) => /\S/.test(value)));
    const given = { firstName, lastName, email, password, passwordConfirmation, returnUrl };
    await signUp(kit, {
      ...given,
      ...(Object.keys(profile).length ? { profile } : {}),
      ...(consent ? { acceptedTerms: true } : {}),
      ...(website ? { website } : {}),
    });
  }
  rememberVisit(kit.key, true);
  form.beginWithSignIn();
  form.set({ values: {}, notice: undefined });
  form.focus('[part=account] h2');
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    /** Loads what sends the form. */
    loadSubmit(): Promise<{ submitForm: typeof submitForm }>;
  }
}
