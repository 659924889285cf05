import { html } from 'lit';
import { type PasswordFault, type PasswordPolicy, passwordClasses, passwordFaults, passwordLengths } from '../../../api/rules/password.ts';
import type { StringKey } from '../../strings/strings.ts';
import { icon, icons } from '../../ui/icons.ts';

type Say = (key: StringKey, values?: Record<string, unknown>) => string;

const circle = icon('M12 9a3 3 0 1 0 0 6 3 3 0 1 0 0-6');

/** The rule that a fault breaks, as a text. */
export const ruleOf = (fault: PasswordFault): StringKey => fault.replace('password', 'rule') as StringKey;

/** The rules for a password, ticked off while it is typed. */
export function passwordRules(say: Say, password: string, policy: PasswordPolicy) {
  const faults = passwordFaults(password, policy);
  const rule = (met: boolean, text: string) => html`<li class=${met ? 'met' : ''}>
    ${met ? icons.check : circle}<span>${text}</span>${met ? html`<span class="unseen">, ${say('rule.met')}</span>` : ''}
  </li>`;
  const lengthMet = !faults.includes('password.too_short') && !faults.includes('password.too_long');
  return html`<ul class="rules muted" part="rules">
    ${rule(lengthMet, say('rule.length', { ...passwordLengths(policy) }))}
    ${passwordClasses(policy).map((fault) => rule(!faults.includes(fault), say(ruleOf(fault))))}
  </ul>`;
}
