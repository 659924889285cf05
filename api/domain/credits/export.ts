import type { Output, Parsed } from '../../contract/index.ts';
import { nameOfThing, type WareName } from '../../contract/sentences.ts';
import { readPeriod } from '../../ledger/periods.ts';
import { inMode } from '../../models/agency.ts';
import { scopeOf } from '../../models/client.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';
import { requireKnownClient } from '../accounts/clients.ts';
import { brandOf } from '../directory/brand.ts';
import { buyerOf } from '../receipts/receipts.ts';
import { writeStatementCsv } from '../receipts/statement-csv.ts';
import type { StatementFile, StatementRow } from '../receipts/statement-file.ts';
import { writeStatementPdf } from '../receipts/statement-pdf.ts';
import { describeThings } from './history.ts';

/** The entries of the account that one file has room for: a few seconds of work. */
const formats = {
  csv: { type: 'text/csv', write: writeStatementCsv, entriesMax: 5000 },
  pdf: { type: 'application/pdf', write: writeStatementPdf, entriesMax: 1000 },
};

/** Writes a client's statement of a time as a file. Refuses with `statement.too_long`. */
export async function exportStatement(
  { agency, mode, scope: agencyScope }: AgencyAccess,
  clientId: string,
  { format, from, to }: Pick<Parsed<'credits.export'>, 'format' | 'from' | 'to'>,
  deps: Pick<Deps, 'now' | 'log'>,
): Promise<Output<'credits.export'>> {
  const client = await requireKnownClient(agencyScope, clientId);
  const scope = scopeOf(client);
  const period = await readPeriod(scope, {
    from: from === undefined ? undefined : new Date(from),
    until: to === undefined ? undefined : later(new Date(to), DAY_MS),
    most: formats[format].entriesMax,
  });
  const statement: StatementFile = {
    seller: { name: brandOf(agency, deps.log).companyName, ...inMode(agency, mode).receipts },
    client: buyerOf(client),
    isTest: mode === 'test',
    from,
    to,
    writtenAt: deps.now(),
    openingMillis: period.opening.state.available,
    closingMillis: period.closing.state.available,
    rows: (await describeThings(scope, period.things)).map(rowOf).filter(({ amountMillis, money }) => amountMillis !== 0 || money !== null),
    seq: period.closing.seq,
    hash: period.hash,
  };
  const { type, write } = formats[format];
  return {
    fileName: `statement-${[agency.slug, from, to ?? statement.writtenAt.toISOString().slice(0, 10)].filter(Boolean).join('-')}.${format}`,
    type,
    file: (await write(statement)).toString('base64'),
    openingMillis: statement.openingMillis,
    closingMillis: statement.closingMillis,
    rows: statement.rows.length,
    seq: statement.seq,
    hash: statement.hash ?? null,
  };
}

function rowOf(thing: Output<'credits.history'>['things'][number]): StatementRow {
  const { kind, at, amountMillis, money, state, purchaseId, orderId, callId, call, entries } = thing;
  const first = entries[0]?.at ?? at;
  const isBegunBefore = first !== at;
  return {
    at: new Date(first),
    began: isBegunBefore ? new Date(at) : undefined,
    kind,
    name: nameOfThing({ ...thing, named: thing.named as WareName | null }), // as it was stored
    amountMillis,
    money: isBegunBefore ? null : money,
    state: state === 'pending' ? state : (money?.state ?? state),
    purchaseId,
    orderId,
    callId,
    call,
  };
}
