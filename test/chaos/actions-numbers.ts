import { type Action, codeOf, type Person } from './person.ts';

/** Returns a number in Berlin that hardly anybody else uses. */
const ownNumber = ({ dice }: Person): string => `+4930${2_000_000 + Math.floor(dice() * 7_999_999)}`;

/** Returns the newest code for this phone; asks for another if none came. */
async function codeOn(person: Person, number: string, numberId: string): Promise<string | undefined> {
  const newest = () => person.sandbox.phone.list(number)[0]?.code ?? undefined;
  if (newest() === undefined) await person.ask('numbers.sendCode', { numberId, channel: 'sms' });
  return newest();
}

/** Connects a number that the person has elsewhere, and verifies it by the code. */
const connectOwn =
  (isMistaken: boolean): Action =>
  async (person) => {
    const number = ownNumber(person);
    const channel = person.dice() > 0.5 ? 'sms' : 'call';
    const { status, body: added } = await person.ask('numbers.connect', { number, channel });
    if (status !== 200) return false;
    const code = await codeOn(person, number, added.id);
    if (code === undefined) return false;
    if (isMistaken) {
      const wrong = code === '000000' ? '000001' : '000000';
      if (codeOf(await person.ask('numbers.verify', { numberId: added.id, code: wrong })) !== 'number.code_wrong') return false;
    }
    const proven = await person.ask('numbers.verify', { numberId: added.id, code });
    // If the first answer was lost, the repetition finds it verified.
    if (proven.status !== 200 && codeOf(proven) !== 'number.verified') return false;
    person.proven.set(added.id, number);
    return true;
  };

export const numberActions = {
  'own number connected': connectOwn(false),
  'own number connected after a wrong code': connectOwn(true),

  async 'number released'(person) {
    const { status, body } = await person.ask('numbers.list', {});
    const kept = status === 200 ? body.numbers.filter(({ way, state }) => way === 'bought' && state !== 'released') : [];
    const chosen = person.pick(kept);
    if (!chosen) return false;
    person.released.add(chosen.id);
    const reply = await person.ask('numbers.release', { numberId: chosen.id, lastDigits: chosen.number.slice(-4) });
    return reply.status === 200;
  },
} satisfies Record<string, Action>;
