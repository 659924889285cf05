const documents = ['pdf', 'docx', 'txt', 'md', 'csv'] as const;
export type DocumentKind = (typeof documents)[number];

const FILE_NAME_MAX = 120;

/** Names of files that a machine would run or a browser would show as a page, even with another ending behind. */
const active =
  /\.(exe|dll|com|scr|pif|msi|msp|cpl|bat|cmd|ps1|psm1|vbs?|vbe|jse?|mjs|wsf|wsh|hta|jar|class|apk|app|dmg|sh|bash|php\d?|phtml|aspx?|jspx?|cgi|pl|py|rb|html?|xhtml|shtml|svgz?|xml|xsl|swf|lnk|url|reg|iso|img|zip|rar|7z|gz|tgz|docm|dotm|xlsm)(\.|$)/;

/** Control characters, lone surrogates, direction overrides and invisible characters. */
const hidden = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * Returns the kind of a file by its name.
 * @returns undefined for a name that promises something else, or hides its ending
 */
export function kindByName(name: string): DocumentKind | undefined {
  const isPlain = name.length <= FILE_NAME_MAX && !hidden.test(name) && !/[\\/:*?"<>|]/.test(name) && !/^[.\s]|[.\s]$/.test(name);
  const lower = name.normalize('NFKC').toLowerCase();
  if (!isPlain || active.test(lower)) return undefined;
  const ending = /[^.]\.([a-z]+)$/.exec(lower)?.[1];
  return documents.find((kind) => kind === ending);
}
