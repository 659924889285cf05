/** Finished HTML. Only `html` creates it, so that all other text is escaped. */
export interface Markup {
  markup: string;
}

/** Builds HTML from a template, for pages and mails. */
export const html = (parts: TemplateStringsArray, ...values: (string | Markup | Markup[])[]): Markup => ({
  markup: String.raw({ raw: parts }, ...values.map(asMarkup)),
});

const asMarkup = (value: string | Markup | Markup[]): string => {
  if (Array.isArray(value)) return value.map(asMarkup).join('\n');
  return typeof value === 'string' ? escaped(value) : value.markup;
};

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
