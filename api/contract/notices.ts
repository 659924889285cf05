/** What an agency reads when a provider refuses to work for it: the subject of a mail, and one sentence with the way out. */
interface Notice {
  subject: string;
  sentence: string;
}

/** Every notice to an agency about its accounts at providers. Unlike the sentences for clients, these name the provider. */
export const notices = {
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
