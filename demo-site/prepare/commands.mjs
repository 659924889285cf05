import { spawn } from 'node:child_process';

const npm = process.env.npm_execpath;

/** Returns npm as a command with its first arguments: the npm that started us, if one did. */
export const npmCommand = (...args) => (npm?.endsWith('.js') ? [process.execPath, npm, ...args] : ['npm', ...args]);

/** Returns a tool of this project as a command, by its own file, so that no wrapper outlives it. */
export const nodeCommand = (...args) => [process.execPath, ...args];

/**
 * Runs a command to its end, with its output on ours, or given to `onOutput` instead. After `seconds` it is ended with everything it
 * started.
 * @returns its exit code; 124 after a timeout
 */
export function run([command, ...args], { cwd, env = process.env, seconds = 600, onOutput } = {}) {
  return new Promise((resolve, reject) => {
    const grouped = process.platform !== 'win32';
    const stdio = ['ignore', onOutput ? 'pipe' : 'inherit', onOutput ? 'pipe' : 'inherit'];
    const child = spawn(command, args, { cwd, env, stdio, detached: grouped, shell: command === 'npm' && !grouped });
    const end = (signal) => {
      try {
        process.kill(grouped ? -child.pid : child.pid, signal);
      } catch (error) {
        if (error.code !== 'ESRCH') throw error; // it ended by itself meanwhile
      }
    };
    // A process group of its own does not get the terminal's Ctrl-C, so pass it on before leaving.
    const passOn = (signal) => {
      end(signal);
      setImmediate(() => process.exit(130)); // after other commands have got it as well
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end('SIGKILL');
    }, seconds * 1000);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, passOn);
    for (const from of [child.stdout, child.stderr]) from?.on('data', (chunk) => onOutput(String(chunk)));
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, passOn);
      resolve(late ? 124 : (code ?? 130));
    });
  });
}
