/** Names the actor and the business time. */
export interface Act {
  actor: string;
  at: Date;
}
