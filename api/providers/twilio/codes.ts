import type { Twilio } from 'twilio';
import type { SpokenCode } from '../../ports/index.ts';
import { answeredByTwilio } from './answers.ts';

/** Speaks a code twice, or texts it. */
export async function sendVerificationCode(client: Twilio, { channel, from, to, code, sender }: SpokenCode): Promise<void> {
  if (channel === 'sms') {
    const body = `${code} is your code for ${sender}. If you did not ask for it, ignore this message.`;
    await answeredByTwilio('writeCode', client.messages.create({ from, to, body }));
    return;
  }
  const say = `<Say>Your code for ${escaped(sender)} is ${[...code].join(', ')}.</Say><Pause length="1"/>`;
  await answeredByTwilio('callWithCode', client.calls.create({ from, to, twiml: `<Response><Pause length="1"/>${say}${say}</Response>` }));
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (name: string): string => name.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
