/** Receives the parts of an XML text in order. Names are unchanged; codes in values and texts are resolved. */
export interface XmlListener {
  begins?(name: string, attributes: readonly (readonly [name: string, value: string])[]): void;
  ends?(name: string): void;
  says?(text: string): void;
}

/** No program writes longer tags into a document. */
const TAG_MAX = 256 * 1024;

/** Constructs that are no tags: their beginning, their end, and whether they contain text. */
const others = [
  { begins: '<!--', ends: '-->', isText: false },
  { begins: '<![CDATA[', ends: ']]>', isText: true },
  { begins: '<?', ends: '?>', isText: false },
] as const;

/** The name without its prefix, whatever letters that has. */
export const localName = (name: string): string => name.slice(name.lastIndexOf(':') + 1);

/**
 * Reads XML as parsers do: comments and instructions are nothing, also within a text, and what is marked as text is text.
 * @returns what is given the text piece by piece, each letter once. Throws at a tag without an end
 */
export function createXmlReader(listener: XmlListener): (piece: string) => void {
  let rest = '';
  let inside: (typeof others)[number] | undefined;

  /** @returns where the next thing begins; undefined where the text ends before this one does */
  function pass(text: string, at: number): number | undefined {
    if (inside) {
      const { ends, isText } = inside;
      const end = text.indexOf(ends, at);
      const known = end < 0 ? Math.max(at, text.length - ends.length + 1) : end;
      if (isText) listener.says?.(text.slice(at, known));
      rest = text.slice(known);
      if (end < 0) return undefined;
      inside = undefined;
      return end + ends.length;
    }
    const begin = text.indexOf('<', at);
    const known = begin < 0 ? text.length - (unfinishedCode.exec(text.slice(at))?.[0].length ?? 0) : begin;
    if (known > at) listener.says?.(resolved(text.slice(at, known)));
    rest = text.slice(known);
    if (begin < 0) return undefined;
    const other = others.find(({ begins }) => text.startsWith(begins, begin));
    if (other) {
      inside = other;
      return begin + other.begins.length;
    }
    if (others.some(({ begins }) => begins.startsWith(rest))) return undefined; // the next piece says what it is
    const end = endOfTag(text, begin);
    if (end < 0 && rest.length > TAG_MAX) throw new Error('a tag has no end');
    if (end < 0) return undefined;
    tell(text.slice(begin + 1, end), listener);
    return end + 1;
  }

  return (piece) => {
    const text = rest + piece;
    for (let at: number | undefined = 0; at !== undefined; at = pass(text, at));
  };
}

/** Where a tag ends: signs in quotes end nothing. */
function endOfTag(text: string, begin: number): number {
  const sign = /[>"']/g;
  sign.lastIndex = begin;
  for (let found = sign.exec(text); found; found = sign.exec(text)) {
    if (found[0] === '>') return found.index;
    const closed = text.indexOf(found[0], found.index + 1);
    if (closed < 0) return -1;
    sign.lastIndex = closed + 1;
  }
  return -1;
}

/** Begins where a name begins, so that a long one is read once. */
const attribute = /(?<![^\s"'/])([^\s"'=/<>]+)\s*=\s*("[^"]*"|'[^']*')/g;

function tell(tag: string, { begins, ends }: XmlListener): void {
  const name = /^\/?[^\s/]*/.exec(tag)?.[0] ?? '';
  if (name.startsWith('/')) {
    ends?.(name.slice(1));
    return;
  }
  const attributes = [...tag.slice(name.length).matchAll(attribute)];
  begins?.(
    name,
    attributes.map(([, key = '', value = '']) => [key, resolved(value.slice(1, -1))] as const),
  );
  if (tag.endsWith('/')) ends?.(name);
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The beginning of a code at the end of a piece. */
const unfinishedCode = /&[#\da-z]{0,8}$/i;

/** A text with its codes, of numbers or names, as the letters that they stand for. */
const resolved = (text: string): string =>
  text.replace(/&(?:#(x[\da-f]{1,6}|\d{1,7})|(amp|lt|gt|quot|apos));/gi, (code, number?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? code;
    const point = Number.parseInt(number?.replace(/^x/i, '') ?? '', /^x/i.test(number ?? '') ? 16 : 10);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '';
  });
