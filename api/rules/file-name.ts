const documents = ['pdf', 'docx', 'txt', 'md', 'csv'] as const;
export type DocumentKind = (typeof documents)[number];

/** Other endings of the same kinds. */
const aliases: Record<string, DocumentKind> = { markdown: 'md', text: 'txt' };

const FILE_NAME_MAX = 120;

/** Names of files that a machine would run or a browser would show as a page, even with another ending behind. */
const active =
  /\.(exe|dll|scr|pif|msi|msp|cpl|bat|cmd|ps1|psm1|vbs?|vbe|jse|mjs|wsf|wsh|hta|jar|class|apk|dmg|bash|php\d?|phtml|aspx?|jspx?|cgi|rb|html?|xhtml|shtml|svgz?|xml|xsl|swf|lnk|url|reg|iso|img|rar|7z|gz|tgz|docm|dotm|xlsm)(\.|$)/;

/** Control characters, lone surrogates, direction overrides and invisible characters. */
const hidden = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/u;
/** Joiners and direction marks within words and pictures: Persian, Hebrew and joined emoji need them. */
const joining = /(?<=\P{ASCII})[\u200c\u200d](?=\P{ASCII})|(?<=\P{ASCII})[\u200e\u200f]|[\u200e\u200f](?=\P{ASCII})/gu;

/** Why a name says nothing good about its file: codes of refusals. */
export type NameFault =
  | 'knowledge.name_too_long'
  | 'knowledge.name_unseen'
  | 'knowledge.name_malformed'
  | 'knowledge.name_misleading'
  | 'knowledge.type_refused';

/**
 * Judges a file by its name.
 * @returns the kind that its ending promises, or why it is refused. Endings of programs that are also those of web sites and of well-known
 * names, such as `acme.com.pdf` and `Vue.js.md`, count only as the last one
 */
export function judgeFileName(name: string): { kind: DocumentKind } | { code: NameFault } {
  if (name.length > FILE_NAME_MAX) return { code: 'knowledge.name_too_long' };
  const plain = name.replace(joining, '');
  if (hidden.test(plain)) return { code: 'knowledge.name_unseen' };
  if (/[\\/]|^[.\s]|[.\s]$/.test(plain)) return { code: 'knowledge.name_malformed' };
  const lower = plain.normalize('NFKC').toLowerCase();
  const ending = /[^.]\.([a-z]+)$/.exec(lower)?.[1] ?? '';
  const kind = documents.find((one) => one === ending) ?? (Object.hasOwn(aliases, ending) ? aliases[ending] : undefined);
  if (kind === undefined) return { code: 'knowledge.type_refused' };
  return active.test(lower) ? { code: 'knowledge.name_misleading' } : { kind };
}
