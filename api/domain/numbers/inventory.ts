import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { addToInventory, type InventoryRow, readInventory, readInventoryNumber, removeFromInventory } from '../../models/inventory.ts';
import { type PhoneNumber, readHolders } from '../../models/number.ts';
import { keptNumbers } from '../../models/reservation.ts';
import type { AgencyAccess, Deps, OwnedNumber, TelephonyAccess } from '../../ports/index.ts';
import { requireTelephony } from '../integrations/provider-accounts.ts';
import { takenNumbers } from './holders.ts';
import { type PhoneFacts, phoneFacts } from './phone.ts';
import { providerCost } from './prices.ts';

type View = Output<'inventory.offer'>;

/** Lists the numbers in the agency's account, with those on offer and their holders. */
export async function listInventory({ scope }: AgencyAccess, deps: Deps): Promise<Output<'inventory.list'>> {
  const account = await requireTelephony(scope, deps);
  const [owned, rows] = await Promise.all([deps.telephony.listNumbers(account), readInventory(scope)]);
  const holders = new Map(
    (
      await readHolders(
        scope,
        owned.map(({ number }) => number),
      )
    ).map((row) => [row.number, row]),
  );
  const offered = new Map(rows.map((row) => [row.number, row]));
  const view = async (one: OwnedNumber) =>
    inventoryView(one, await factsOf(one.number), { account, offered: offered.get(one.number), holder: holders.get(one.number), deps });
  return { numbers: await Promise.all(owned.map(view)) };
}

/** Offers a number to clients, or withdraws it. Refuses with `number.taken` if a client has it or is paying for it. */
export async function offerNumber({ scope }: AgencyAccess, { number, offered }: Parsed<'inventory.offer'>, deps: Deps): Promise<View> {
  const account = await requireTelephony(scope, deps);
  const owned = (await deps.telephony.listNumbers(account)).find((one) => one.number === number);
  if (!owned) refuse('number.not_found', { param: 'number' });
  const facts = await factsOf(number);
  const [holder] = await readHolders(scope, [number]);
  const isOffered = (await readInventoryNumber(scope, number)) !== null;
  if (offered !== isOffered) {
    // A number held in another world can be withdrawn here, but not offered.
    const isHeld = offered ? (await takenNumbers(scope, account, [number])).size > 0 : holder !== undefined;
    if (isHeld || (await keptNumbers(scope, [number], deps.now())).size > 0) refuse('number.taken', { param: 'number' });
    const { country, type } = facts;
    if (!offered) await removeFromInventory(scope, number);
    else
      await addToInventory(scope, {
        number,
        country,
        type,
        capabilities: owned.capabilities,
        accountSid: account.accountSid,
        sid: owned.sid,
      });
  }
  const row = await readInventoryNumber(scope, number);
  return inventoryView(owned, facts, { account, offered: row ?? undefined, holder, deps });
}

interface About {
  account: TelephonyAccess;
  offered: InventoryRow | undefined;
  holder: PhoneNumber | undefined;
  deps: Deps;
}

const inventoryView = async (
  { number, capabilities }: OwnedNumber,
  { country, type }: Pick<PhoneFacts, 'country' | 'type'>,
  about: About,
): Promise<View> => ({
  number,
  country,
  type,
  capabilities,
  offered: about.offered !== undefined,
  clientId: about.holder?.clientId ?? null,
  providerCost: country === '' ? null : await providerCost(about.account, country, type, about.deps),
});

/** A number of the account without a public numbering plan still belongs to the agency. */
const factsOf = async (number: string): Promise<Pick<PhoneFacts, 'country' | 'type'>> =>
  (await phoneFacts(number)) ?? { country: '', type: 'local' };
