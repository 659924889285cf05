import { createHash } from 'node:crypto';
import type { Twilio } from 'twilio';
import { Refusal } from '../../contract/refusal.ts';
import type { Telephony, TelephonyAccess } from '../../ports/index.ts';
import { answeredByTwilio, foundAtTwilio, requireItems, requireText } from './answers.ts';

/** Trunks of an account to look through. */
const TRUNKS_MOST = 1000;
const NAME = 'Calls to agents';

type Routes = Pick<Telephony, 'routeNumber' | 'unrouteNumber'>;

/** Calls about where the calls of a number go: over one trunk of the account, which has the agents' address. */
export const trunkCalls = (clientOf: (access: TelephonyAccess) => Promise<Twilio>): Routes => ({
  async routeNumber(access, sid, address) {
    const client = await clientOf(access);
    const trunk = await trunkTo(client, domainOf(access, address), address);
    await answeredByTwilio('routeNumber', client.incomingPhoneNumbers(sid).update({ trunkSid: trunk.sid }));
    return trunk.domain;
  },

  async unrouteNumber(access, sid) {
    const client = await clientOf(access);
    await foundAtTwilio('routeNumber', client.incomingPhoneNumbers(sid).update({ trunkSid: '' }));
  },
});

/** Names the trunk by its account and address: another attempt finds it, and Twilio has each domain once. */
function domainOf({ accountSid }: TelephonyAccess, address: string): string {
  const name = createHash('sha256').update(`${accountSid}/${address}`).digest('hex').slice(0, 20);
  return `calls-${name}.pstn.twilio.com`;
}

/** Finds or makes the trunk, and gives it the address unless it has one. An attempt that ended half-way is finished by the next. */
async function trunkTo(client: Twilio, domain: string, sipUrl: string): Promise<{ sid: string; domain: string }> {
  const sid = (await findTrunk(client, domain)) ?? (await makeTrunk(client, domain));
  const trunk = client.trunking.v1.trunks(sid);
  const known = requireItems(await answeredByTwilio('readTrunk', trunk.originationUrls.list({ limit: 10 })));
  if (!known.some((one) => one.sipUrl === sipUrl && one.enabled)) {
    const target = { friendlyName: NAME, sipUrl, weight: 1, priority: 1, enabled: true };
    await answeredByTwilio('makeTrunk', trunk.originationUrls.create(target));
  }
  return { sid, domain };
}

async function findTrunk(client: Twilio, domain: string): Promise<string | undefined> {
  const trunks = requireItems(await answeredByTwilio('readTrunk', client.trunking.v1.trunks.list({ limit: TRUNKS_MOST })));
  return trunks.find(({ domainName }) => domainName === domain)?.sid;
}

async function makeTrunk(client: Twilio, domainName: string): Promise<string> {
  try {
    const made = await answeredByTwilio('makeTrunk', client.trunking.v1.trunks.create({ friendlyName: NAME, domainName }));
    return requireText(made.sid, 'sid');
  } catch (error) {
    // Another process may have made it since the look.
    const now = error instanceof Refusal ? await findTrunk(client, domainName) : undefined;
    if (now === undefined) throw error;
    return now;
  }
}
