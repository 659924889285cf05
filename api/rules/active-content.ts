/**
 * Longer than any match below. A reader that checks content in pieces repeats this much of the previous piece, so that no match falls
 * between two.
 */
export const OVERLAP = 4096;

/** Content that a browser would run or build a page from, at any position. A tag that is only mentioned does not match. */
const active = [
  /<!doctype\s{1,50}html/i,
  /<html\b[^<>]{0,500}>\s{0,500}<(head|body|meta|title|script|link|style)\b/i,
  /<script\b[^<>]{0,3500}\bsrc\s{0,20}=/i,
  // A script that begins with a call or an assignment, even if it never ends.
  /<script\b[^<>]{0,1000}>\s{0,100}[\w$.]{1,60}[(=]/i,
  /<(iframe|frame|object|embed|applet)\b[^<>]{0,3500}\b(src|srcdoc|data|code)\s{0,20}=/i,
  /<meta\b[^<>]{0,3500}\bhttp-equiv\s{0,20}=/i,
  // An event handler, such as onload.
  /<[a-z][a-z\d:-]{0,30}[\s/][^<>]{0,3500}\bon[a-z]{3,20}\s{0,20}=\s{0,20}[^\s<>]/i,
  // A tag in UTF-7, which has no sign `<` of its own.
  /\+ADw(-[a-z!/]|[A-Za-z\d+/])/,
];

const tagBegins = /<[a-z][^\s/>]{0,100}/gi;
const tagAttribute = /[\s/]{0,500}([^\s/>=]{1,500})(?:\s{0,100}=\s{0,100}("[^"]*"|'[^']*'|[^\s>]{0,500}))?/y;

/** Tells whether a tag has an event handler. Reads it as a browser does: quoted values may contain signs of tags. */
function holdsHandler(text: string): boolean {
  tagBegins.lastIndex = 0;
  while (tagBegins.exec(text)) {
    tagAttribute.lastIndex = tagBegins.lastIndex;
    for (let found = tagAttribute.exec(text); found; found = tagAttribute.exec(text)) {
      if (found[2] && /^on[a-z]{3,20}$/i.test(found[1] ?? '')) return true;
      tagBegins.lastIndex = tagAttribute.lastIndex;
    }
  }
  return false;
}

const scriptBegins = /<script\b[^<>]{0,3500}>/i;
const scriptEnds = /<\/script/i;

/** @returns a function that takes a text piece by piece and tells whether it contains a page or a script for a browser */
export function createPageFinder(): (piece: string) => boolean {
  let isBegun = false;
  return (piece) => {
    const from = isBegun ? 0 : piece.search(scriptBegins);
    isBegun = from >= 0;
    return (isBegun && scriptEnds.test(piece.slice(from))) || active.some((one) => one.test(piece)) || holdsHandler(piece);
  };
}

/** Matches a name in a PDF. Each letter may be written as its hex code, in either case. */
const pdfName = (name: string): string => `/${[...name].map((letter) => `(?:${letter}|#${codeOf(letter)})`).join('')}(?![A-Za-z\\d#])`;
const codeOf = (letter: string): string =>
  letter
    .charCodeAt(0)
    .toString(16)
    .replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);

const pdfAction = new RegExp(
  ['JavaScript', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'FileAttachment', 'RichMedia'].map(pdfName).join('|'),
);
/** Tells whether an unpacked part of a PDF names a script, a program to launch or an embedded file. */
export const holdsPdfAction = (part: string): boolean => pdfAction.test(part);

const pdfObjects = new RegExp(['ObjStm', 'First'].map(pdfName).join('|'));

/** Tells whether a dictionary describes a stream of objects, by its type or, without one, by fields that no other has. */
export const describesObjects = (dictionary: string): boolean => pdfObjects.test(dictionary);

/** Tells whether an unpacked stream begins like objects: with pairs of numbers, not followed by a drawing operator. */
export const startsAsObjects = (unpacked: string): boolean =>
  /^[\s\0]{0,200}(?:\d{1,10}[\s\0]{1,20}){2,200}(?:\d{0,10}$|[<[(/]|true\b|false\b|null\b)/.test(unpacked.slice(0, 1000));

/** Tells whether XML has a document type, which may change the text and load more of it. Word documents have none. */
export const holdsDocumentType = (xml: string): boolean => /<!(doctype|entity)/i.test(xml);

/** Returns the encoding that an XML text declares; undefined, meaning UTF-8, if it declares none. */
export const encodingOf = (xml: string): string | undefined =>
  /^\s{0,100}<\?xml[^>]{0,200}?\bencoding\s{0,20}=\s{0,20}["']([^"']{1,40})/.exec(xml)?.[1];

const instruction = /<(?:[\w.-]{1,20}:)?instrText\b[^<>]{0,300}>([^<]{0,3000})|\binstr\s{0,20}=\s{0,20}("[^"]{0,3000}"|'[^']{0,3000}')/gi;
/** Field instructions that reach another program or place. One that is composed of character codes hides its target. */
const reachesOut =
  /\bDDE(?:AUTO)?\b|\bINCLUDE(?:PICTURE|TEXT)\s{0,50}["“]?\s{0,50}(?:https?:|ftp:|file:|\\\\)|\bQUOTE\s{1,50}\d{1,5}\s{1,50}\d{1,5}\b/i;

/** Tells whether a field of a Word document, whose instruction may be split, runs a program or loads something. */
export function fetchesMore(xml: string): boolean {
  const pieces = [...xml.matchAll(instruction)].map(([, text = '', value = ' ']) => text + value.slice(1, -1));
  return reachesOut.test(decoded(pieces.join('')).replaceAll('&quot;', '"'));
}

/** Starts where a name starts, so that a long name is read once. */
const attribute = /(?<![\w.:-])([\w.:-]+)\s*=\s*("[^"]*"|'[^']*')/g;
const codes = /&#(x[\da-f]{1,6}|\d{1,7});/gi;

/** Relations that Word loads or runs when it opens the document, even for targets inside it. */
const loaded = /\/(aFChunk|oleObject|package|control|vbaProject|wordVbaData|subDocument|frame|attachedToolbars)$/i;
/** Accepts an external target that is only followed by a click, or that only names the file which the writer's template had. */
const harmless = (type: string, target: string): boolean =>
  /\/hyperlink$/i.test(type) || (/\/attachedTemplate$/i.test(type) && /^(file:\/{3})?[a-z]:[\\/]/i.test(target));

/** Tells whether the relations of a Word document bring in anything besides its own content. */
export function bringsInMore(relations: string): boolean {
  return relations.split(/<(?:[\w.-]+:)?Relationship\b/i).some((part, at) => {
    if (at === 0) return false;
    const values = Object.fromEntries(
      [...part.matchAll(attribute)].map(([, name = '', value = '']) => [name.toLowerCase(), decoded(value.slice(1, -1))]),
    );
    const { type = '', target = '', targetmode = '' } = values;
    return loaded.test(type.trim()) || (targetmode.trim().toLowerCase() === 'external' && !harmless(type.trim(), target.trim()));
  });
}

const decoded = (text: string): string =>
  text.replace(codes, (_, code: string) => {
    const point = code.toLowerCase().startsWith('x') ? Number.parseInt(code.slice(1), 16) : Number(code);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '';
  });
