import type { Twilio } from 'twilio';
import { refuse } from '../contract/refusal.ts';
import type { SpokenCode } from '../domain/ports.ts';
import { answered } from './twilio-answers.ts';

/** Says a code twice, or writes it. Refuses with `telephony.refused` where the provider does not call or write to the number. */
export async function sendCode(client: Twilio, { channel, from, to, code, sender }: SpokenCode): Promise<void> {
  const refused = (_failure: unknown, cause: Error) => refuse('telephony.refused', { cause });
  if (channel === 'sms') {
    const body = `${code} is your code for ${sender}. If you did not ask for it, ignore this message.`;
    await answered<unknown>(client.messages.create({ from, to, body }), refused);
    return;
  }
  const say = `<Say>Your code for ${escaped(sender)} is ${[...code].join(', ')}.</Say><Pause length="1"/>`;
  await answered<unknown>(client.calls.create({ from, to, twiml: `<Response><Pause length="1"/>${say}${say}</Response>` }), refused);
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (name: string): string => name.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
