import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

const require = createRequire(import.meta.url);

/** Scripts that lie in a package as browsers take them. */
const scripts: Readonly<Record<string, string>> = {
  'htmx.js': 'htmx.org/dist/htmx.min.js',
  'turbo.js': '@hotwired/turbo/dist/turbo.es2017-umd.js',
  'vue.js': 'vue/dist/vue.global.prod.js',
};

/** The CommonJS modules of React, each before those that require it. */
const reactModules: Readonly<Record<string, string>> = {
  react: 'react/cjs/react.production.js',
  scheduler: 'scheduler/cjs/scheduler.production.js',
  'react-dom': 'react-dom/cjs/react-dom.production.js',
  'react-dom/client': 'react-dom/cjs/react-dom-client.production.js',
};

/** A file of a package, also one that it does not export. */
const fileOf = (path: string): string => {
  const [name = ''] = /^(@[^/]+\/)?[^/]+/.exec(path) ?? [];
  return resolve(dirname(require.resolve(`${name}/package.json`)), path.slice(name.length + 1));
};

/** Reads a framework as a classic script, for the pages that try the widgets inside of it. Undefined for a name that is none. */
export async function readLibrary(name: string): Promise<string | undefined> {
  if (name === 'react.js') return readReact();
  const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
  return script && (await readFile(fileOf(script), 'utf8'));
}

async function readReact(): Promise<string> {
  const modules = await Promise.all(
    Object.entries(reactModules).map(
      async ([name, path]) => `(() => { const exports = {};\n${await readFile(fileOf(path), 'utf8')}\nmodules['${name}'] = exports; })();`,
    ),
  );
  return `(() => { const modules = {}; const require = (name) => modules[name];\n${modules.join('\n')}
    globalThis.React = modules.react; globalThis.ReactDOM = modules['react-dom/client']; })();`;
}
