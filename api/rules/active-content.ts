import { createXmlReader, localName } from './xml.ts';

/**
 * Longer than any match below. A reader that checks content in pieces repeats this much of the previous piece, so that no match falls
 * between two.
 */
export const OVERLAP = 4096;

/** Content that a browser would run or build a page from, at any position. A tag that is only mentioned does not match. */
const active = [
  /<!doctype\s{1,50}html/i,
  /<html\b[^<>]{0,500}>\s{0,500}<(head|body|meta|title|script|link|style)\b/i,
  // A script that begins with a call or an assignment, even if it never ends.
  /<script\b[^<>]{0,1000}>\s{0,100}[\w$.]{1,60}[(=]/i,
  /<meta\b[^<>]{0,3500}\bhttp-equiv\s{0,20}=/i,
  // An event handler, such as onload.
  /<[a-z][a-z\d:-]{0,30}[\s/][^<>]{0,3500}\bon[a-z]{3,20}\s{0,20}=\s{0,20}[^\s<>]/i,
  // A tag in UTF-7, which has no sign `<` of its own.
  /\+ADw(-[a-z!/]|[A-Za-z\d+/])/,
];

const loaders = new Set(['script', 'iframe', 'frame', 'object', 'embed', 'applet']);
const loads = /^(src|srcdoc|data|code|href|xlink:href)$/i;
const handles = /^on[a-z]{3,20}$/i;
/** Tags that the patterns above and below recognise up to this length. */
const matched = new Set(['script', 'meta', 'html']);
const MATCHED_MAX = 3000;
/** Longer than any name that is looked for. */
const NAME_MAX = 40;

const isBlank = (code: number) => code <= 32;
const isLetter = (code: number) => (code | 32) >= 97 && (code | 32) <= 122;

/** The next state after each sign of a comment. `<!-->` is a whole comment. */
const comments = {
  bang: { '-': 'dash', else: 'text' },
  dash: { '-': 'ending', else: 'text' },
  comment: { '-': 'end', else: 'comment' },
  end: { '-': 'ending', else: 'comment' },
  ending: { '-': 'ending', '>': 'text', else: 'comment' },
} as const satisfies Record<string, Record<string, string>>;
const isOfComment = (state: string): state is keyof typeof comments => Object.hasOwn(comments, state);

/**
 * Reads tags of any length as a browser does: quoted values may contain signs of tags.
 * @param skipsComments true where `<!--` begins a comment, false where it stands in a script or a style sheet
 * @returns a function that takes a text piece by piece, each letter once, and tells whether a tag has an event handler or loads what runs
 */
function createTagReader(skipsComments: boolean): (fresh: string) => boolean {
  type State = 'text' | 'tag' | 'blank' | 'attribute' | 'named' | 'equals' | 'quoted' | 'bare' | keyof typeof comments;
  let state: State = 'text';
  let previous = '';
  let tag = '';
  let name = '';
  let quote = '';
  let length = 0;

  const begin = (next: 'tag' | 'attribute', letter: string): State => {
    name = letter;
    return next;
  };
  const isActive = () => handles.test(name) || (loaders.has(tag) && loads.test(name));

  function next(letter: string, code: number): State | 'active' {
    if (state === 'text') {
      length = 0;
      if (previous !== '<') return 'text';
      return isLetter(code) ? begin('tag', letter) : skipsComments && letter === '!' ? 'bang' : 'text';
    }
    length += 1;
    if (isOfComment(state)) return comments[state][letter as '-'] ?? comments[state].else;
    if (state === 'quoted') return letter === quote ? 'blank' : 'quoted';
    if (state === 'tag' && (isBlank(code) || letter === '/' || letter === '>')) tag = name.toLowerCase();
    if (letter === '>') return matched.has(tag) && length > MATCHED_MAX ? 'active' : 'text';
    if (state === 'equals') {
      if (isBlank(code)) return 'equals';
      if (isActive()) return 'active';
      quote = letter;
      return letter === '"' || letter === "'" ? 'quoted' : 'bare';
    }
    if (isBlank(code)) return state === 'attribute' || state === 'named' ? 'named' : 'blank';
    if (state === 'bare') return 'bare';
    if (letter === '/') return 'blank';
    if (letter === '=' && (state === 'attribute' || state === 'named')) return 'equals';
    if (state === 'blank' || state === 'named') return begin('attribute', letter);
    if (name.length < NAME_MAX) name += letter;
    return state;
  }

  return (fresh) => {
    for (let at = 0; at < fresh.length; at += 1) {
      if (state === 'text' && previous !== '<' && fresh[at] !== '<') {
        const found = fresh.indexOf('<', at);
        at = found < 0 ? fresh.length - 1 : found;
      }
      const letter = fresh.charAt(at);
      const reached = next(letter, fresh.charCodeAt(at));
      if (reached === 'active') return true;
      state = reached;
      previous = letter;
    }
    return false;
  };
}

const scriptBegins = /<script\b[^<>]{0,3500}>/i;
const scriptEnds = /<\/script/i;

/**
 * @returns a function that takes a text piece by piece and tells whether it contains a page or a script for a browser. The last `fresh`
 * letters of a piece are new, all unless said
 */
export function createPageFinder(): (piece: string, fresh?: number) => boolean {
  let isBegun = false;
  const readers = [createTagReader(true), createTagReader(false)];
  return (piece, fresh = piece.length) => {
    const from = isBegun ? 0 : piece.search(scriptBegins);
    isBegun = from >= 0;
    const hasTag = readers.some((read) => read(piece.slice(piece.length - fresh)));
    return hasTag || (isBegun && scriptEnds.test(piece.slice(from))) || active.some((one) => one.test(piece));
  };
}

/** Matches a name in a PDF. Each letter may be written as its hex code, in either case. */
const pdfName = (name: string): string => `/${[...name].map((letter) => `(?:${letter}|#${codeOf(letter)})`).join('')}(?![A-Za-z\\d#])`;
const codeOf = (letter: string): string =>
  letter
    .charCodeAt(0)
    .toString(16)
    .replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);

const pdfNames = (...names: string[]): RegExp => new RegExp(names.map(pdfName).join('|'));
const pdfAction = pdfNames('JavaScript', 'Launch', 'RichMedia', 'Rendition', 'XFA');
const pdfAttachment = pdfNames('EmbeddedFile', 'EmbeddedFiles', 'FileAttachment');

/** Tells what an unpacked part of a PDF names: a script, a form or a program to launch, or an embedded file. */
export function activeInPdf(part: string): 'action' | 'attachment' | undefined {
  if (pdfAction.test(part)) return 'action';
  return pdfAttachment.test(part) ? 'attachment' : undefined;
}

const pdfObjects = pdfNames('ObjStm', 'First');

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

/** Tells whether a content begins as XML, in single bytes or in pairs. Pictures and fonts have a zero byte near their beginning. */
export const startsAsXml = (content: string): boolean =>
  (/^(\u00ef\u00bb\u00bf)?\s{0,100}<[?!a-z]/i.test(content) && !content.slice(0, 200).includes('\0')) ||
  /^(\u00ff\u00fe|\u00fe\u00ff)?(\0<\0|<\0[?!a-z]\0)/i.test(content);

/** Of another program, or of another place; one that is put together of the numbers of its letters hides which. */
const reachesOut =
  /\bDDE(?:AUTO)?\b|\bINCLUDE(?:PICTURE|TEXT) ?(?:\\[a-z*#@!] ?){0,5}(?:"|“|\u00e2\u0080\u009c)? ?(?:https?:|ftp:|file:|\\\\)|\bQUOTE \d{1,5} \d{1,5}\b/i;
/** More than all that is looked for in an instruction, once every blank is one. */
const INSTRUCTION_TAIL = 200;

/**
 * @returns what is given a part of a document of Word piece by piece, each letter once, and says whether a field in it, whose instruction may
 * be written in pieces, runs a program or loads something. Throws where that is no XML
 */
export function createFieldFinder(): (piece: string) => boolean {
  let isInstruction = false;
  let isFound = false;
  let said = '';
  const hear = (text: string) => {
    said = (said + text).replace(/\s+/g, ' ');
    isFound ||= reachesOut.test(said);
    said = said.slice(-INSTRUCTION_TAIL);
  };
  const isCalled = (name: string, wanted: string) => localName(name).toLowerCase() === wanted;
  const read = createXmlReader({
    begins(name, attributes) {
      isInstruction = isCalled(name, 'instrtext');
      for (const [key, value] of attributes) if (isCalled(key, 'instr')) hear(` ${value} `);
    },
    ends() {
      isInstruction = false;
    },
    says(text) {
      if (isInstruction) hear(text);
    },
  });
  return (piece) => {
    read(piece);
    return isFound;
  };
}

/** Relations that Word loads or runs when it opens the document, even for targets inside it. */
const loaded = /\/(aFChunk|oleObject|package|control|vbaProject|wordVbaData|subDocument|frame|attachedToolbars)$/i;
/** Accepts an external target that is only followed by a click, or that only names a file which the writer once had. */
const harmless = (type: string, target: string): boolean =>
  /\/hyperlink$/i.test(type) || (/\/attachedTemplate$/i.test(type) && /^(file:\/{3})?[a-z]:[\\/]/i.test(target));

/** Tells whether the relations of a Word document bring in anything besides its own content. */
export function bringsInMore(relations: string): boolean {
  let isFound = false;
  const read = createXmlReader({
    begins(name, attributes) {
      if (localName(name).toLowerCase() !== 'relationship') return;
      // In whatever case: each that a lenient reader might take counts.
      const valuesOf = (wanted: string) =>
        attributes.flatMap(([key, value]) => (localName(key).toLowerCase() === wanted ? [value.trim()] : []));
      const [types, [target = '']] = [valuesOf('type'), valuesOf('target')];
      const isOutside = valuesOf('targetmode').some((mode) => mode.toLowerCase() === 'external');
      isFound ||= types.some((type) => loaded.test(type)) || (isOutside && !types.some((type) => harmless(type, target)));
    },
  });
  read(relations);
  return isFound;
}
