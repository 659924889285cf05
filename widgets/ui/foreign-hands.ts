/** Takes out what an earlier rendering made, where somebody else removed or copied some of it: the next rendering is the first one then. */
export function forgetRendering(root: HTMLElement | ShadowRoot): void {
  for (const child of root instanceof ShadowRoot ? [...root.children] : root.querySelectorAll(':scope > [data-wl]')) child.remove();
  delete (root as { _$litPart$?: unknown })._$litPart$;
}

/** Renders into a root where others have their hands as well: it makes everything anew where what an earlier rendering needs is gone. */
export function renderSafely(root: HTMLElement | ShadowRoot, render: () => void): void {
  try {
    render();
  } catch {
    forgetRendering(root);
    render();
  }
  renewTexts(root);
}

/**
 * Shows new texts where a translator has put its own. It replaces text by `<font>`, and what was rendered for the text is set at that
 * element: nobody would see it.
 */
function renewTexts(root: ParentNode): void {
  for (const font of root.querySelectorAll<HTMLElement & { data?: string }>('font'))
    if (font.data !== undefined) font.replaceWith(font.data);
}

declare module '../kit/kit.ts' {
  interface Deferred {
    renderSafely: typeof renderSafely;
  }
}
