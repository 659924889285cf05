import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import type { AgencyScope } from './scope.ts';

/** The newest entry of an account at the time of a register. */
export interface RegisteredHead {
  account: string;
  seq: number;
  hash: string;
  /** The account's client. Stated once, with its first entry. */
  clientId?: string;
}

export interface RegisteredPlace {
  agencyId: string;
  seq: number;
  hash: string;
}

/** The transfers of one world of one agency in the period of a register. */
export interface RegisteredLedger extends AgencyScope {
  /** Number of transfers, and of those without a seal. */
  transfers: number;
  unsealed: number;
  /** Movements of the accounts that have no chain. */
  sums: { account: string; amount: number }[];
  heads: RegisteredHead[];
}

/** Documents without a seal, which were written before seals of their kind existed. */
export interface UnsealedDocuments {
  /** Until then more may appear. Real time. */
  until: Date;
  counts: Record<DocumentSeal, number>;
}

export type DocumentSeal = 'promise' | 'plan' | 'order' | 'release' | 'claim';

/**
 * The state of ledger and journals at a moment. Each register is sealed and names the previous one, so that no entry can be removed
 * unnoticed.
 */
export interface Register {
  /** 1, 2, 3 ... without a gap. */
  _id: number;
  /** The seal of the previous register; empty in the first. */
  previous: string;
  keyId: string;
  /** Real time. */
  at: Date;
  /** Start of its period, included. */
  from: Date;
  /** End of its period, excluded. */
  through: Date;
  /** Documents written before this may lack a seal. Only the first register has it. */
  unsealedUntil?: Date;
  ledgers: RegisteredLedger[];
  /** Newest entries of the journals that grew since the previous register. */
  journals: RegisteredPlace[];
  /** Document counts of the collections from which nothing is removed. */
  counts: { collection: string; documents: number }[];
  /** Absent in registers made before such seals existed. */
  unsealed?: UnsealedDocuments;
  seal: string;
}

const parts = { type: Schema.Types.Mixed, required: true };
const schema = new Schema<Register>(
  {
    _id: { type: Number, required: true },
    previous: { type: String, default: '' },
    keyId: { type: String, required: true },
    at: { type: Date, required: true },
    from: { type: Date, required: true },
    through: { type: Date, required: true },
    unsealedUntil: Date,
    ledgers: parts,
    journals: parts,
    counts: parts,
    unsealed: Schema.Types.Mixed,
    seal: { type: String, required: true },
  },
  { strict: 'throw', versionKey: false },
);
const RegisterModel = model('Register', schema);

/** @returns false if another process has made the register of this number */
export async function insertRegister(register: Register): Promise<boolean> {
  try {
    await RegisterModel.collection.insertOne(register as never);
    return true;
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
    return false;
  }
}

export const readNewestRegister = (): Promise<Register | null> => RegisterModel.findOne().sort({ _id: -1 }).lean<Register>().exec();

export const readFirstRegister = (): Promise<Register | null> => RegisterModel.findOne({ _id: 1 }).lean<Register>().exec();

/** Returns 0 if there is no register. */
export async function readNewestNumber(): Promise<number> {
  return (await RegisterModel.findOne({}, { _id: 1 }).sort({ _id: -1 }).lean<Pick<Register, '_id'>>())?._id ?? 0;
}

/** Iterates over registers up to a number, newest first. */
export const registersUpTo = (number: number): AsyncIterable<Register> =>
  RegisterModel.find({ _id: { $lte: number } })
    .sort({ _id: -1 })
    .maxTimeMS(0)
    .lean<Register>()
    .cursor({ batchSize: 10 });
