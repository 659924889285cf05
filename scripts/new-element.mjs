import { camel, insertBefore, pascal, UNWRITTEN } from './new-parts.mjs';

/**
 * Writes the parts of a new element: its class, looks and texts, its place in the list of elements, and a test that fails until the promise
 * is written. It is loaded once a page contains its tag, like all seldom used elements.
 * @throws Error one sentence, if the name is malformed or taken
 */
export function newElement(name, { read, list }) {
  if (name.startsWith('wl-')) throw new Error(`Leave out "wl-": the tag of "${name.slice(3)}" is <${name}>.`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new Error(`"${name}" is no name of an element: it is kebab-case, such as call-log.`);
  const elements = read('widgets/elements.ts');
  const [folder, texts, test] = [`widgets/elements/${name}`, `widgets/strings/en/${name}.ts`, `test/widgets/${name}.test.ts`];
  if (list(folder).length > 0) throw new Error(`${name} is taken: ${folder} is there already.`);
  if (elements.includes(`'wl-${name}'`)) throw new Error(`${name} is taken: <wl-${name}> is an element already.`);
  for (const path of [texts, test]) if (read(path) !== undefined) throw new Error(`${name} cannot be made: ${path} is there already.`);
  const keys = `${camel(name)}Strings`;
  const className = `Wl${pascal(name)}`;
  const files = {
    [`${folder}/${name}.ts`]: elementText(name, className, keys),
    [`${folder}/${name}.styles.ts`]: stylesText(name),
    [texts]: stringsText(name, keys),
    'widgets/elements.ts': insertBefore(
      elements,
      '} as const satisfies',
      `  'wl-${name}': () => import('./elements/${name}/${name}.ts'),\n`,
    ),
    [test]: testText(name, className),
  };
  const left = [
    `${folder}/${name}.ts: what it shows, its slots and its parts.`,
    `${texts}: its words.`,
    `${test}: what it promises. Try it with: npm test -- ${test}`,
    'docs/elements.md: node scripts/elements-reference.mjs writes it.',
  ];
  return { files, left };
}

const elementText = (name, className, keys) => `import { html } from 'lit';
import { ${keys} } from '../../strings/en/${name}.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { ${camel(name)}Styles } from './${name}.styles.ts';

/**
 * ${UNWRITTEN}: what it shows and to whom, in one sentence; then every slot and part.
 *
 * @slot - Shown until the value is known.
 * @csspart signed-out - The sentence where nobody is signed in.
 */
export class ${className} extends WlElement {
  static override styles = [WlElement.styles, ${camel(name)}Styles];
  static override texts = { ...WlElement.texts, ...${keys} };

  override render() {
    return this.show(this.kit?.account, {
      skeleton: html\`<div class="bone"></div>\`,
      none: () => html\`<p class="muted" part="signed-out">\${this.say('${camel(name)}.signedOut')}</p>\`,
      value: () => html\`<p>\${this.say('${camel(name)}.heading')}</p>\`,
    });
  }
}
defineElement('wl-${name}', ${className});

declare global {
  interface HTMLElementTagNameMap {
    'wl-${name}': ${className};
  }
}
`;

const stylesText = (name) => `import { css } from 'lit';

export const ${camel(name)}Styles = css\`
  .bone {
    block-size: 3.5em;
  }
\`;
`;

const stringsText = (name, keys) => `/** The texts of this element, which come with it. */
export const ${keys} = {
  '${camel(name)}.heading': '${UNWRITTEN}: what stands on top.',
  '${camel(name)}.signedOut': '${UNWRITTEN}: why there is nothing to see, and the way out.',
};

declare module '../strings.ts' {
  interface Texts extends Record<keyof typeof ${keys}, string> {}
}
`;

const testText = (name, className) => `import { expect, html } from '@open-wc/testing';
import type { ${className} } from '../../widgets/elements/${name}/${name}.ts';
import '../../widgets/elements/${name}/${name}.ts';
import { signedIn } from './support/answers.ts';
import { close, open } from './support/page.ts';

describe('<wl-${name}>', () => {
  afterEach(close);

  it('the element: ${UNWRITTEN}, the promise in one sentence', async () => {
    const page = await open<${className}>(html\`<wl-${name} lang="en"></wl-${name}>\`, { 'bootstrap.read': signedIn() });
    await expect(page.element).to.be.accessible();
    expect.fail('Write here what <wl-${name}> shows and does, for who is signed in and for who is not.');
  });
});
`;
