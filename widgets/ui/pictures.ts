import { type SVGTemplateResult, svg } from 'lit';

const picture = (lines: SVGTemplateResult) =>
  svg`<g fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
    <circle cx="32" cy="32" r="30" fill="currentColor" fill-opacity="0.07" stroke="none" />${lines}
  </g>`;

/** Small pictures beside a sentence that says why there is nothing to see. They say nothing by themselves. */
export const pictures = {
  /** A door that one may open. */
  door: picture(svg`<path d="M22 48V16h20v32M16 48h32" /><path d="M37 31v3" stroke="var(--_ink)" stroke-width="3" />`),
  /** An empty box. */
  box: picture(
    svg`<path d="M16 29l16-8 16 8v15l-16 7-16-7zM16 29l16 7 16-7M32 36v15" /><path d="M32 10v5M22 13l2 4M42 13l-2 4" stroke="var(--_ink)" />`,
  ),
  /** A page with nothing written on it yet. */
  page: picture(
    svg`<path d="M20 13h16l8 8v30H20zM36 13v8h8" /><path d="M26 30h12M26 37h12M26 44h6" stroke="var(--_ink)" stroke-dasharray="1 5" />`,
  ),
  /** A plug that was pulled. */
  plug: picture(
    svg`<path d="M8 32h10M18 24v16h5a8 8 0 0 0 0-16zM46 24v16h-4a8 8 0 0 1 0-16zM46 32h10" /><path d="M31 22l2-7M33 49l-2-7" stroke="var(--_ink)" />`,
  ),
};

declare module '../kit/kit.ts' {
  interface Deferred {
    pictures: typeof pictures;
  }
}
