/** The texts that say where a purchase stands. */
export const purchaseStrings = {
  'waiting.heading': 'Continue in the payment tab',
  'waiting.sentence': 'Your credits appear here as soon as you have paid.',
  'waiting.open': 'Open payment page',
  'waiting.cancel': 'Cancel',
  'processing.heading': 'Your payment is being processed',
  'processing.sentence': 'Your credits are added when it arrives. You can leave this page.',
  'review.heading': 'We are checking your payment',
  'review.sentence': 'It has arrived. Your credits are added after a short check.',
  'paid.heading': '{credits credits|one: credit} added',
  'paid.sentence': 'You now have {balance credits|one: credit}.',
  'paid.done': 'Done',
  'failed.heading': 'The payment did not go through',
  'failed.sentence': 'Nothing was charged.',
  'expired.heading': 'The payment page has expired',
  'expired.sentence': 'Nothing was charged.',
  'canceled.heading': 'The payment was canceled',
  'canceled.sentence': 'Nothing was charged.',
  'part_refunded.heading': 'A part of this payment went back',
  'part_refunded.sentence': 'The credits for that part were taken back. You now have {balance credits|one: credit}.',
  'refunded.heading': 'This payment went back',
  'refunded.sentence': 'Its {credits credits were|one: credit was} taken back. You now have {balance credits|one: credit}.',
  'disputed.heading': 'This payment is disputed',
  'disputed.sentence': 'Your bank asks for it back. What is left of its credits is frozen until that is decided.',
  'charged_back.heading': 'Your bank took this payment back',
  'charged_back.sentence': 'Its {credits credits were|one: credit was} taken back. You now have {balance credits|one: credit}.',
  'purchase.again': 'Choose again',
};

declare module '../strings.ts' {
  interface Texts extends Record<keyof typeof purchaseStrings, string> {}
}
