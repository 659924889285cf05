import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

/** One block of code of a guide. */
interface Block {
  language: string;
  text: string;
}

const run = promisify(execFile);

/** Says what this machine lacks to follow a guide; false if nothing. */
export const guideLacks = (): string | false => {
  for (const program of ['bash', 'curl']) {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' });
    } catch {
      return `${program} is not installed`;
    }
  }
  return false;
};

/** Follows a page of `docs/` as a reader does: pastes its blocks into one shell, with what was printed before in place of each `…_...`. */
export class Guide {
  /** The page with the addresses of this run. */
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #printed: string[];
  readonly #assignments: string[] = [];

  /**
   * @param places what stands in the page, with what it is in this run
   * @param options the shell's environment, and the guide that was followed before
   */
  constructor(page: string, places: Record<string, string>, { env = {}, before }: { env?: NodeJS.ProcessEnv; before?: Guide } = {}) {
    const written = readFileSync(join(root, page), 'utf8');
    for (const place of Object.keys(places)) assert.ok(written.includes(place), `${page} has ${place}`);
    this.text = Object.entries(places).reduce((text, [place, here]) => text.replaceAll(place, here), written);
    this.blocks = [...this.text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }));
    this.#env = { ...process.env, ...env };
    this.#printed = before ? before.#printed : [];
  }

  /** Returns the text of a block, with what was printed last in the places that it leaves open, such as `sk_test_...`. */
  filled({ text }: Block): string {
    return text.replace(/\b((?:[a-z]+_)+)\.\.\./g, (_, prefix: string) => {
      const found = this.#printed.map((output) => new RegExp(`\\b${prefix}\\w+`).exec(output)?.[0]).findLast((one) => one !== undefined);
      return found ?? assert.fail(`nothing printed begins with ${prefix}`);
    });
  }

  /** Pastes a block into the shell. Variables that it sets stay. */
  async paste(block: Block): Promise<void> {
    const { stdout } = await run('bash', this.#script(block), { cwd: root, env: this.#env });
    const lines = this.filled(block).split('\n');
    this.#assignments.push(...lines.filter((line) => /^[A-Z_]+=\S+$/.test(line)));
    this.#printed.push(stdout);
  }

  /**
   * Pastes a block that runs on, such as a server. It ends with the test file.
   * @returns a function that ends it before
   */
  pasteServer(block: Block, folder = root): () => void {
    // A group of its own, because the shell starts the server as another process.
    const { pid = 0 } = spawn('bash', this.#script(block), { cwd: folder, env: this.#env, stdio: 'ignore', detached: true });
    let isRunning = true;
    const stop = () => {
      if (isRunning) process.kill(-pid);
      isRunning = false;
    };
    after(stop);
    return stop;
  }

  #script = (block: Block): string[] => ['-euc', [...this.#assignments, this.filled(block)].join('\n')];
}
