/** A notice to an agency after a provider's refusal: a mail's subject, and one sentence with the solution. */
interface Notice {
  subject: string;
  sentence: string;
}

/** Every notice to an agency about its provider accounts. Unlike sentences for clients, these name the provider. */
export const notices = {
  'payments.account_inactive': {
    subject: 'Your Stripe account cannot take payments',
    sentence: 'Your Stripe account cannot take payments at the moment. Finish its activation in Stripe; your clients can then buy.',
  },
  'payments.amount_refused': {
    subject: 'Stripe does not take an amount that you sell for',
    sentence: 'Stripe does not take the amount of something that you sell. Change its price; your clients can then buy it.',
  },
  'payments.checkout_unready': {
    subject: 'Your Stripe account lacks something that Checkout needs',
    sentence:
      'Stripe opens no payment page for your account. In Stripe, set the name of your business under Settings > Business and activate a payment method for your currency under Settings > Payments; your clients can then buy.',
  },
  'payments.key_refused': {
    subject: 'Stripe does not accept your secret key',
    sentence: 'Stripe does not accept your secret key any more. Save one that is valid; your clients can then buy.',
  },
  'payments.key_rights': {
    subject: 'Stripe does not let your secret key do this',
    sentence:
      'Your secret key may not do what payments need. In Stripe, under Developers > API keys, let it write Checkout Sessions, PaymentIntents and refunds and read disputes, products and prices, or save another key.',
  },
  'payments.product_gone': {
    subject: 'Your product or price at Stripe is not for sale',
    sentence:
      'A product or price that you sell by was archived or deleted in Stripe. Activate it there or save another; your clients can then buy.',
  },
  'payments.refund_refused': {
    subject: 'Stripe does not give a payment back',
    sentence:
      'A client that deleted its account paid for something that it does not get any more, and Stripe refuses to refund it. Refund it in Stripe, or top up your balance there; it is tried again every hour.',
  },
  'telephony.country_closed': {
    subject: 'Twilio does not reach a country for you',
    sentence:
      'A client asked for a code in a country that your Twilio account does not call or write to. Allow the country in Twilio under geo permissions.',
  },
  'telephony.forbidden': {
    subject: 'Twilio does not let your account do this',
    sentence: 'Your Twilio credentials may not do what is needed for numbers. Connect the main credentials of the account.',
  },
  'telephony.inactive': {
    subject: 'Your Twilio account is suspended',
    sentence:
      'Twilio does no work for your account, because it is suspended or its balance is used up. Settle it in Twilio; your clients can then try again.',
  },
  'telephony.key_refused': {
    subject: 'Twilio does not accept your credentials',
    sentence: 'Twilio does not accept your account or its token any more. Connect it anew; your clients can then try again.',
  },
  'telephony.papers': {
    subject: 'Twilio asks for papers',
    sentence:
      'Twilio refused to sell a number because an address or papers are missing or do not fit. File them in Twilio under regulatory compliance.',
  },
  'telephony.restricted': {
    subject: 'Twilio restricts your account',
    sentence: 'Twilio lets your account buy no numbers, or make no calls. Ask the support of Twilio why; your clients can then try again.',
  },
  'telephony.sender_refused': {
    subject: 'Twilio does not send from your number',
    sentence: 'Twilio refused to send a code from your number. Keep a number in your Twilio account that can call and write.',
  },
  'telephony.trial': {
    subject: 'Your Twilio account is a trial',
    sentence: 'Twilio refused work because your account is a trial. Upgrade it in Twilio; your clients can then try again.',
  },
  'telephony.unpaid': {
    subject: 'Twilio asks for a payment',
    sentence: 'Twilio refuses work because your balance is used up. Top it up in Twilio; your clients can then try again.',
  },
  'voice.agent_refused': {
    subject: 'Retell does not let an agent be changed',
    sentence:
      'Retell refuses to change an agent that a client wants to give knowledge to. Check in Retell that it can be saved and published.',
  },
  'voice.forbidden': {
    subject: 'Retell does not let your API key do this',
    sentence:
      'Your Retell API key may not do what is needed for knowledge and agents. Give it full access in Retell, or connect another key.',
  },
  'voice.key_refused': {
    subject: 'Retell does not accept your API key',
    sentence: 'Retell does not accept your API key any more. Connect one that is valid; your clients can then try again.',
  },
  'voice.unpaid': {
    subject: 'Retell asks for a payment',
    sentence:
      'Retell refuses work because your trial has ended or a payment is due. Add a payment method in Retell; your clients can then try again.',
  },
} as const satisfies Record<string, Notice>;

export type NoticeCode = keyof typeof notices;
