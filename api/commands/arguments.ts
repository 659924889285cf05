import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Something that was typed; the message is a sentence for who typed it. */
export class Mistake extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * What was typed behind the name of a command. Asked for `--help`, it says how the command is used and ends.
 * Throws Mistake for an option that there is not, a value that is missing, or a word too many.
 * @param usage what `--help` says
 * @param words whether words may stand there that belong to no option
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
