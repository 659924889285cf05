import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import type { AgencyScope } from './scope.ts';

/** Where an account stood: its newest entry. */
export interface RegisteredHead {
  account: string;
  seq: number;
  hash: string;
  /** Whose account it is. Said once, with its first entry. */
  clientId?: string;
}

export interface RegisteredPlace {
  agencyId: string;
  seq: number;
  hash: string;
}

/** What one world of one agency wrote in the time that a register covers. */
export interface RegisteredLedger extends AgencyScope {
  /** How many transfers, and how many of them carry no seal. */
  transfers: number;
  unsealed: number;
  /** What came to the accounts that have no chain. */
  sums: { account: string; amount: number }[];
  heads: RegisteredHead[];
}

/** How many documents carry no seal, as they were written before there were seals of their kind. */
export interface UnsealedDocuments {
  /** Until then others may come. Real time. */
  until: Date;
  counts: Record<DocumentSeal, number>;
}

export type DocumentSeal = 'promise' | 'plan' | 'order' | 'release' | 'claim';

/** Where the ledger and the journals stood at a moment. Each is sealed and names the one before, so that what is written cannot be unwritten unseen. */
export interface Register {
  /** 1, 2, 3 ... without a gap. */
  _id: number;
  /** The seal of the one before; empty at the first. */
  previous: string;
  keyId: string;
  /** Real time. */
  at: Date;
  /** It covers what was written from here on ... */
  from: Date;
  /** ... and before this. */
  through: Date;
  /** What was written before this may lack a seal. Only the first one says it. */
  unsealedUntil?: Date;
  ledgers: RegisteredLedger[];
  /** The newest entries of the journals that grew since the one before. */
  journals: RegisteredPlace[];
  /** How many documents there were of what is never removed. */
  counts: { collection: string; documents: number }[];
  /** Absent from what was made before there were such seals. */
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

/** @returns false where another process has made one of this number */
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

/** 0 where there is none. */
export async function readNewestNumber(): Promise<number> {
  return (await RegisterModel.findOne({}, { _id: 1 }).sort({ _id: -1 }).lean<Pick<Register, '_id'>>())?._id ?? 0;
}

/** Those up to a number, newest first. */
export const registersUpTo = (number: number): AsyncIterable<Register> =>
  RegisterModel.find({ _id: { $lte: number } })
    .sort({ _id: -1 })
    .maxTimeMS(0)
    .lean<Register>()
    .cursor({ batchSize: 10 });
