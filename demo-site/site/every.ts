import { allTags, type Tag } from '../../widgets/elements.ts';

/** Contents for tags that would show nothing alone. */
const filled: Readonly<Partial<Record<Tag, string>>> = {
  'wl-open': '<wl-open for="statement">Show my statement</wl-open>',
  'wl-gate': '<wl-gate balance="1"><p>For those who have a credit or more.</p></wl-gate>',
};

/** A section for each element that there is, so that a new one is here without being added. */
export function everyElement(): string {
  const section = (tag: string, content = `<${tag}>One moment.</${tag}>`) =>
    `<section aria-label="${tag}"><h2>${tag}</h2>${content}</section>`;
  // The list begins with what lets somebody in.
  return allTags()
    .map((tag) => section(tag, filled[tag]))
    .join('\n    ');
}
