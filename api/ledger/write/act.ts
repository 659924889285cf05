/** Who does it and when, in business time. */
export interface Act {
  actor: string;
  at: Date;
}
