import { posix } from 'node:path';
import { paths, read } from '../tidy/sources.ts';

/** A page for people, from the project's folder. */
export interface Page {
  path: string;
  text: string;
}

const isPage = (path: string) => /^[A-Z]+\.md$/.test(path) || path.endsWith('/README.md') || /^docs\/.*\.md$/.test(path);

/** Every page that people read about this project. */
export const pages: readonly Page[] = paths.filter(isPage).map((path) => ({ path, text: read(path) }));

/** Removes code, which contains no links. */
const withoutBlocks = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '');

/** Lists the links of a page inside the project: `[path, heading]`, from the project's folder. */
export const linksOf = ({ path, text }: Page): (readonly [path: string, heading: string | undefined])[] =>
  [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = '', heading] = link.split('#');
      return [file === '' ? path : posix.normalize(posix.join(posix.dirname(path), decodeURI(file))), heading] as const;
    });

/** Folders of this project that a path in the text begins with. */
const folders = [...new Set(paths.filter((path) => path.includes('/')).map((path) => path.split('/')[0] ?? ''))];
const fromProject = new RegExp(`^(?:${folders.join('|').replaceAll('.', '\\.')})/[\\w./-]*$`);
/** A folder or a source, as the README of a folder speaks of what lies in it. */
const fromFolder = /^[\w-]+(?:\/[\w.-]+)*(?:\/|\.(?:ts|mjs))$/;

/** Paths that stand in a page as code, each with the places where it may be. One with a star or a placeholder names no file. */
export function pathsIn({ path, text }: Page): (readonly [spoken: string, places: readonly string[]])[] {
  const folder = /^(.+)\/README\.md$/.exec(path)?.[1];
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].flatMap(([, span = '']) => {
    const places = [
      ...(fromProject.test(span) ? [span] : []),
      ...(folder !== undefined && fromFolder.test(span) ? [`${folder}/${span}`] : []),
    ];
    return places.length === 0 ? [] : [[span, places] as const];
  });
}

/** The names by which the headings of a page are linked to, as GitHub makes them. */
export const headingsOf = ({ text }: Page): string[] =>
  [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
