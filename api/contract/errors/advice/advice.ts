/** How an error comes about, and how a developer or an operator mends it. */
export interface Advice {
  cause: string;
  cure: string;
}
