/** Makes the next rendering of a root the first one, where somebody else took out what an earlier rendering needs. */
export const forgetRendering = (root: HTMLElement): unknown => delete (root as { _$litPart$?: unknown })._$litPart$;

/**
 * Shows new texts where a translator has put its own. It replaces text by `<font>`, and what was rendered for the text is set at that
 * element: nobody would see it.
 */
export function renewTexts(root: ParentNode): void {
  for (const font of root.querySelectorAll<HTMLElement & { data?: string }>('font'))
    if (font.data !== undefined) font.replaceWith(font.data);
}

declare module '../kit/kit.ts' {
  interface Deferred {
    renewTexts: typeof renewTexts;
  }
}
