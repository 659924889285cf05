import type { World } from '../world.ts';
import { type Call, iso8601, type Parameters } from './core.ts';
import { pageWithMeta } from './lists.ts';
import type { Trunk } from './objects.ts';
import { badParameter, notFound } from './refusals.ts';
import { newSid } from './sids.ts';

const HOST = 'https://trunking.twilio.com';

type Paged = Parameters<'GET /v1/Trunks'>;

export const listTrunks = ({ account, parameters }: Call<Paged>): object =>
  pageWithMeta(
    'trunks',
    Object.values(account.trunks ?? {}).map((trunk) => onWire(trunk, account.sid)),
    parameters,
    `${HOST}/v1/Trunks`,
  );

/** Makes a trunk. Each domain exists once, whatever account it belongs to. */
export function createTrunk({ world, account, parameters, now }: Call<Parameters<'POST /v1/Trunks'>>): object {
  const { FriendlyName: friendlyName = '', DomainName: domainName = '' } = parameters;
  if (domainName !== '' && !/^[a-z0-9-]+\.pstn\.twilio\.com$/i.test(domainName))
    throw badParameter('DomainName must end with .pstn.twilio.com');
  if (domainName !== '' && trunksOf(world).some((trunk) => trunk.domainName === domainName))
    throw badParameter('Domain name is already taken');
  const trunk: Trunk = { sid: newSid('TK'), friendlyName, domainName, originationUrls: [], createdAt: now };
  account.trunks = { ...account.trunks, [trunk.sid]: trunk };
  return onWire(trunk, account.sid);
}

export function listOriginationUrls({ account, named, parameters, path }: Call<Paged>): object {
  const trunk = find(account.trunks, named.trunk, path);
  const url = `${HOST}/v1/Trunks/${trunk.sid}/OriginationUrls`;
  return pageWithMeta(
    'origination_urls',
    trunk.originationUrls.map((one) => urlOnWire(one, trunk, account.sid)),
    parameters,
    url,
  );
}

export function createOriginationUrl({
  account,
  named,
  parameters,
  path,
}: Call<Parameters<'POST /v1/Trunks/:trunk/OriginationUrls'>>): object {
  const trunk = find(account.trunks, named.trunk, path);
  const { FriendlyName: friendlyName, SipUrl: sipUrl, Weight: weight, Priority: priority, Enabled: enabled } = parameters;
  if (!/^sips?:/.test(sipUrl)) throw badParameter('SipUrl must begin with sip:');
  const made = { sid: newSid('OU'), friendlyName, sipUrl, weight, priority, enabled };
  trunk.originationUrls.push(made);
  return urlOnWire(made, trunk, account.sid);
}

/** Lists the trunks of all accounts. */
export const trunksOf = (world: World): Trunk[] => world.twilio.flatMap(({ trunks = {} }) => Object.values(trunks));

function find(trunks: Record<string, Trunk> | undefined, sid: string | undefined, path: string): Trunk {
  const trunk = trunks?.[sid ?? ''];
  if (!trunk) throw notFound(path);
  return trunk;
}

const onWire = ({ sid, friendlyName, domainName, createdAt }: Trunk, accountSid: string): object => ({
  account_sid: accountSid,
  auth_type: '',
  auth_type_set: [],
  cnam_lookup_enabled: false,
  date_created: iso8601(createdAt),
  date_updated: iso8601(createdAt),
  disaster_recovery_method: null,
  disaster_recovery_url: null,
  domain_name: domainName,
  friendly_name: friendlyName,
  links: { origination_urls: `${HOST}/v1/Trunks/${sid}/OriginationUrls` },
  recording: { mode: 'do-not-record', trim: 'do-not-trim' },
  secure: false,
  sid,
  transfer_caller_id: 'from-transferee',
  transfer_mode: 'disable-all',
  url: `${HOST}/v1/Trunks/${sid}`,
});

const urlOnWire = (
  { sid, friendlyName, sipUrl, weight, priority, enabled }: Trunk['originationUrls'][number],
  trunk: Trunk,
  accountSid: string,
): object => ({
  account_sid: accountSid,
  date_created: iso8601(trunk.createdAt),
  date_updated: iso8601(trunk.createdAt),
  enabled,
  friendly_name: friendlyName,
  priority,
  sid,
  sip_url: sipUrl,
  trunk_sid: trunk.sid,
  url: `${HOST}/v1/Trunks/${trunk.sid}/OriginationUrls/${sid}`,
  weight,
});
