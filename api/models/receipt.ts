import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type World, within } from './scope.ts';

/** The seller as it was when the receipt was issued. */
export interface Seller {
  name: string;
  address: string | null;
  vatId: string | null;
  /** Rate of the VAT in the price, in hundredths of a percent. Null: the receipt names none. Absent before receipts named it. */
  vatBasisPoints?: number | null;
}

/** The number of a purchase's receipt. It says nothing of the buyer, so that it may be kept after the buyer is gone. */
export interface Receipt {
  /** `<agency>/<world>/<purchase>`: a purchase has one receipt. */
  _id: string;
  agencyId: string;
  world: World;
  /** 1, 2, 3 ... without a gap in one world of one agency. */
  seq: number;
  seller: Seller;
  /** Business time. */
  issuedAt: Date;
}

const schema = new Schema<Receipt>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    world: { type: String, required: true },
    seq: { type: Number, required: true },
    seller: { type: Schema.Types.Mixed, required: true },
    issuedAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false },
);
schema.index({ agencyId: 1, world: 1, seq: 1 }, { unique: true });
const ReceiptModel = model('Receipt', schema);

/** Inserts the receipt of a purchase with the next number, or returns the one that it has. */
export async function insertReceipt(scope: AgencyScope, purchaseId: string, facts: Pick<Receipt, 'seller' | 'issuedAt'>): Promise<Receipt> {
  const _id = `${scope.agencyId}/${scope.world}/${purchaseId}`;
  for (;;) {
    const there = await ReceiptModel.findOne({ ...within(scope), _id })
      .lean()
      .exec();
    if (there) return there;
    const newest = await ReceiptModel.findOne(within(scope), { seq: 1 }).sort({ seq: -1 }).lean().exec();
    const receipt: Receipt = { ...facts, ...within(scope), _id, seq: (newest?.seq ?? 0) + 1 };
    try {
      await ReceiptModel.collection.insertOne(receipt as never);
      return receipt;
    } catch (error) {
      // Another purchase took the number, or another process issued this receipt.
      if (duplicateIndex(error) === undefined) throw error;
    }
  }
}
