import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A mistake in the command line. The message is a sentence for the operator. */
export class Mistake extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Parses the words after a command's name. With `--help` it prints the usage and ends the process. Throws Mistake for an unknown option, a
 * missing value or a surplus word.
 * @param usage the text of `--help`
 * @param words whether words without an option are allowed
 */
export function readArguments<const Asked extends Options>(options: Asked, { usage, words = false }: { usage: string; words?: boolean }) {
  const help = { type: 'boolean' } as const;
  const parse = () =>
    parseArgs<{ options: Asked & { help: typeof help }; allowPositionals: boolean }>({
      options: { ...options, help },
      allowPositionals: words,
    });
  const { values, positionals } = named(parse);
  if ('help' in values) {
    process.stdout.write(usage);
    process.exit(0);
  }
  return { given: values, words: positionals };
}

function named<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new Mistake(`${message.split(/[.\n]/)[0]}. --help says what there is.`);
  }
}
