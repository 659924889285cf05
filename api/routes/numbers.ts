import { connectAccount, disconnectAccount, importNumbers } from '../domain/numbers/account.ts';
import { buyNumber } from '../domain/numbers/buy.ts';
import type { CodeDeps } from '../domain/numbers/codes.ts';
import { connectNumber, connectTrunk } from '../domain/numbers/connect.ts';
import { listInventory, offerNumber } from '../domain/numbers/inventory.ts';
import { releaseNumber } from '../domain/numbers/release.ts';
import { reserveNumber } from '../domain/numbers/reserve.ts';
import { assignNumber } from '../domain/numbers/route.ts';
import { offerNumbers, searchOffered } from '../domain/numbers/search.ts';
import { testTrunk } from '../domain/numbers/trunk.ts';
import { sendAnotherCode, verifyNumber } from '../domain/numbers/verify.ts';
import { listNumbers } from '../domain/numbers/view.ts';
import { clientIdOf, scopeOfClient } from '../http/caller.ts';
import { answer, type Route } from '../http/route.ts';

export const numberRoutes = (deps: CodeDeps): Route[] => [
  answer('numbers.offer', ({ access, scope }) => offerNumbers(access, scope, deps)),
  answer('numbers.search', (caller, input) => searchOffered(caller.access, scopeOfClient(caller) ?? null, input, deps)),
  answer('numbers.reserve', ({ access, scope }, input, { seed }) => reserveNumber(access, scope, input, { seed, deps })),
  answer('numbers.buy', (caller, input, { seed, signal }) => buyNumber(caller.access, caller, input, { seed, signal, deps })),
  answer('numbers.list', (caller, { clientId }) =>
    listNumbers(caller.access, clientIdOf(caller, clientId), { forAgency: caller.kind === 'agency', deps }),
  ),
  answer('numbers.assign', ({ scope }, input) => assignNumber(scope, input, deps)),
  answer('numbers.release', ({ scope }, input) => releaseNumber(scope, input, deps)),
  answer('numbers.connect', (caller, input, { seed }) => connectNumber(caller.access, caller, input, { seed, deps })),
  answer('numbers.sendCode', ({ access, scope }, input) => sendAnotherCode(access, scope, input, deps)),
  answer('numbers.verify', ({ scope }, input) => verifyNumber(scope, input, deps)),
  answer('numbers.connectTrunk', (caller, input, { seed }) => connectTrunk(caller.access, caller, input, { seed, deps })),
  answer('numbers.testTrunk', ({ scope }, { numberId }, { signal }) => testTrunk(scope, numberId, { signal, deps })),
  answer('numbers.connectAccount', ({ access, scope }, input) => connectAccount(access, scope, input, deps)),
  answer('numbers.import', (caller, input, { seed }) => importNumbers(caller.access, caller, input, { seed, deps })),
  answer('inventory.list', ({ access }) => listInventory(access, deps)),
  answer('inventory.offer', ({ access }, input) => offerNumber(access, input, deps)),
  answer('numbers.disconnectAccount', ({ scope }) => disconnectAccount(scope, deps)),
];
