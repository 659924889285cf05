/**
 * Longer than anything that is looked for below. Whoever reads a content in pieces keeps so much of the piece before, so that nothing is
 * missed between two.
 */
export const OVERLAP = 4096;

/** What a browser would run or build a page of, wherever it stands. A tag that is only spoken of is none of these. */
const active = [
  /<!doctype\s{1,50}html/i,
  /<html\b[^<>]{0,500}>\s{0,500}<(head|body|meta|title|script|link|style)\b/i,
  /<script\b[^<>]{0,3500}\bsrc\s{0,20}=/i,
  // One that begins with a call or gives something a value, and ends nowhere.
  /<script\b[^<>]{0,1000}>\s{0,100}[\w$.]{1,60}[(=]/i,
  /<(iframe|frame|object|embed|applet)\b[^<>]{0,3500}\b(src|srcdoc|data|code)\s{0,20}=/i,
  /<meta\b[^<>]{0,3500}\bhttp-equiv\s{0,20}=/i,
  // A handler of events, such as onload.
  /<[a-z][a-z\d:-]{0,30}[\s/][^<>]{0,3500}\bon[a-z]{3,20}\s{0,20}=\s{0,20}[^\s<>]/i,
  // A tag in UTF-7, in which `<` is no sign of its own.
  /\+ADw(-[a-z!/]|[A-Za-z\d+/])/,
];

const tagBegins = /<[a-z][^\s/>]{0,100}/gi;
const tagAttribute = /[\s/]{0,500}([^\s/>=]{1,500})(?:\s{0,100}=\s{0,100}("[^"]*"|'[^']*'|[^\s>]{0,500}))?/y;

/** Whether a tag has a handler of events, read as a browser does: what stands in quotes may hold signs of tags. */
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

/** @returns what is given a text piece by piece, and says whether it holds a page or a script of a browser */
export function createPageFinder(): (piece: string) => boolean {
  let isBegun = false;
  return (piece) => {
    const from = isBegun ? 0 : piece.search(scriptBegins);
    isBegun = from >= 0;
    return (isBegun && scriptEnds.test(piece.slice(from))) || active.some((one) => one.test(piece)) || holdsHandler(piece);
  };
}

/** A name in a PDF, of which each letter may be written as its code in hex digits of either case. */
const pdfName = (name: string): string => `/${[...name].map((letter) => `(?:${letter}|#${codeOf(letter)})`).join('')}(?![A-Za-z\\d#])`;
const codeOf = (letter: string): string =>
  letter
    .charCodeAt(0)
    .toString(16)
    .replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);

const pdfAction = new RegExp(
  ['JavaScript', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'FileAttachment', 'RichMedia'].map(pdfName).join('|'),
);
/** Whether a part of a PDF, unpacked, names a script, a program to launch, or a file inside. */
export const holdsPdfAction = (part: string): boolean => pdfAction.test(part);

const pdfObjects = new RegExp(['ObjStm', 'First'].map(pdfName).join('|'));

/** Whether a dictionary is that of a stream of objects, by its type or, where that is not said, by what no other has. */
export const describesObjects = (dictionary: string): boolean => pdfObjects.test(dictionary);

/** Whether what a stream is unpacked to begins as objects do: with numbers in pairs, and then with no word that draws. */
export const startsAsObjects = (unpacked: string): boolean =>
  /^[\s\0]{0,200}(?:\d{1,10}[\s\0]{1,20}){2,200}(?:\d{0,10}$|[<[(/]|true\b|false\b|null\b)/.test(unpacked.slice(0, 1000));

/** A document type may define what the text becomes, and load it from elsewhere; documents of Word have none. */
export const holdsDocumentType = (xml: string): boolean => /<!(doctype|entity)/i.test(xml);

/** The encoding that an XML text says it has; undefined where it says none, which is UTF-8. */
export const encodingOf = (xml: string): string | undefined =>
  /^\s{0,100}<\?xml[^>]{0,200}?\bencoding\s{0,20}=\s{0,20}["']([^"']{1,40})/.exec(xml)?.[1];

const instruction = /<(?:[\w.-]{1,20}:)?instrText\b[^<>]{0,300}>([^<]{0,3000})|\binstr\s{0,20}=\s{0,20}("[^"]{0,3000}"|'[^']{0,3000}')/gi;
/** Of another program, or of another place; one that is put together of the numbers of its letters hides which. */
const reachesOut =
  /\bDDE(?:AUTO)?\b|\bINCLUDE(?:PICTURE|TEXT)\s{0,50}["“]?\s{0,50}(?:https?:|ftp:|file:|\\\\)|\bQUOTE\s{1,50}\d{1,5}\s{1,50}\d{1,5}\b/i;

/** Whether a field of a document of Word, whose instruction may be written in pieces, runs a program or loads something. */
export function fetchesMore(xml: string): boolean {
  const pieces = [...xml.matchAll(instruction)].map(([, text = '', value = ' ']) => text + value.slice(1, -1));
  return reachesOut.test(decoded(pieces.join('')).replaceAll('&quot;', '"'));
}

/** Begins where a name begins, so that a long one is read once. */
const attribute = /(?<![\w.:-])([\w.:-]+)\s*=\s*("[^"]*"|'[^']*')/g;
const codes = /&#(x[\da-f]{1,6}|\d{1,7});/gi;

/** What is loaded or run by whoever opens a document, also where it lies inside. */
const loaded = /\/(aFChunk|oleObject|package|control|vbaProject|wordVbaData|subDocument|frame|attachedToolbars)$/i;
/** What is outside and is only followed by a click, or is the name of a file that the writer once had. */
const harmless = (type: string, target: string): boolean =>
  /\/hyperlink$/i.test(type) || (/\/attachedTemplate$/i.test(type) && /^(file:\/{3})?[a-z]:[\\/]/i.test(target));

/** Whether a list of relations in a document of Word brings in something else than what is written in it. */
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
