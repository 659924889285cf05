/**
 * `classic`: 8 to 20 characters of four classes. `passphrase`: 12 to 128 characters of any kind, but not easy to guess, as OWASP's ASVS
 * advises; only the API checks that. Each agency chooses.
 */
export type PasswordPolicy = 'classic' | 'passphrase';

/** Faults of a password, named as in the table of errors. */
export type PasswordFault =
  | 'password.too_short'
  | 'password.too_long'
  | 'password.no_digit'
  | 'password.no_upper'
  | 'password.no_lower'
  | 'password.no_special';

const lengths = { classic: { min: 8, max: 20 }, passphrase: { min: 12, max: 128 } } as const;

/** Returns the allowed number of characters. */
export const passwordLengths = (policy: PasswordPolicy): { min: number; max: number } => lengths[policy];

const classes = {
  'password.no_digit': /\p{Nd}/u,
  'password.no_upper': /\p{Lu}/u,
  'password.no_lower': /\p{Ll}/u,
  'password.no_special': /[^\p{L}\p{N}]/u,
} as const satisfies Partial<Record<PasswordFault, RegExp>>;

/** Returns the required kinds of characters, as the faults of missing ones. */
export const passwordClasses = (policy: PasswordPolicy): (keyof typeof classes)[] =>
  policy === 'classic' ? (Object.keys(classes) as (keyof typeof classes)[]) : [];

/**
 * Returns all faults of a password, its length first; empty for a good one. Counts characters as a person does (an emoji is one), not
 * bytes.
 */
export function passwordFaults(password: string, policy: PasswordPolicy): PasswordFault[] {
  const { min, max } = lengths[policy];
  const length = [...password].length;
  const faults: PasswordFault[] = passwordClasses(policy).filter((fault) => !classes[fault].test(password));
  if (length < min) faults.unshift('password.too_short');
  if (length > max) faults.unshift('password.too_long');
  return faults;
}
