import type { OperationName } from '../../api/contract/index.ts';
import type { Sandbox } from '../../demo-site/sandbox/start.ts';
import { findNumber, plan, reserve } from '../api/numbers/shop.ts';
import type { Agency } from '../support/agency.ts';
import type { Page } from '../support/page.ts';

/** The agencies that sell numbers, with their accounts at the provider. */
const sellers = new Map<Agency, string>();

/** Creates the objects in examples about numbers, by the field that names them. Empty for other operations. */
export async function numberExamples(
  name: OperationName,
  agency: Agency,
  page: Page,
  sandbox: Sandbox,
): Promise<Record<string, () => unknown>> {
  if (!/^(numbers|inventory|integrations)\./.test(name)) return {};
  if (name === 'integrations.connectTelephony') {
    const { sid, authToken } = sandbox.twilio.createAccount(`${agency.slug} agency`);
    return { accountSid: () => sid, authToken: () => authToken };
  }
  const accountSid = sellers.get(agency) ?? (await sellNumbers(agency, sandbox));

  const own = sandbox.twilio.createAccount(`${agency.slug} ${name}`, { numbers: 3 });
  const ownAccount = { accountSid: own.sid, authToken: own.authToken };
  const ownNumbers = sandbox.twilio.numbers(own.sid).map(({ phoneNumber }) => phoneNumber);
  if (name === 'numbers.disconnectAccount' || name === 'numbers.import') await page.call('numbers.connectAccount', ownAccount);
  if (name === 'numbers.connectAccount') return { accountSid: () => own.sid, authToken: () => own.authToken };

  const reserved = async () => (await reserve(page)).reservationId;
  const number = await numberOf(name, page, reserved);
  return {
    ...(name === 'numbers.reserve' && { number: () => findNumber(page) }),
    ...(name === 'inventory.offer' && { number: () => sandbox.twilio.numbers(accountSid)[0]?.phoneNumber }),
    numbers: () => ownNumbers.slice(0, 1),
    reservationId: reserved,
    numberId: () => number?.id,
    lastDigits: () => number?.number.slice(-4),
    agentId: () => null,
    code: async () => (await sandbox.phone.waitFor(number?.number ?? '')).code,
  };
}

/** Lets an agency sell numbers, and returns its account at the provider. */
async function sellNumbers(agency: Agency, sandbox: Sandbox): Promise<string> {
  const agencyPlan = (await agency.call('agency.read', {})).plan;
  await agency.call('agency.update', { plan: { ...agencyPlan, numbers: plan.numbers } });
  const { sid, authToken } = sandbox.twilio.createAccount(agency.slug, { numbers: 3 });
  await agency.call('integrations.connectTelephony', { accountSid: sid, authToken });
  sellers.set(agency, sid);
  return sid;
}

/** Creates the number that an operation is about: bought, waiting for its code, or on a trunk. */
async function numberOf(name: OperationName, page: Page, reserved: () => Promise<string>) {
  if (name === 'numbers.assign' || name === 'numbers.release') {
    await page.call('numbers.buy', { reservationId: await reserved() });
    return (await page.call('numbers.list', {})).numbers[0];
  }
  if (name === 'numbers.sendCode' || name === 'numbers.verify')
    return page.call('numbers.connect', { number: '+4930123499', channel: 'sms' });
  if (name === 'numbers.testTrunk') return page.call('numbers.connectTrunk', { number: '+4930123498', terminationUri: 'trunk.test' });
  return undefined;
}
