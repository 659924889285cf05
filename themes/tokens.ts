import { type CSSResult, css, unsafeCSS } from 'lit';
import { PRIMARY_COLOR } from '../api/rules/primary-color.ts';

const primary = unsafeCSS(PRIMARY_COLOR);

/** Black or white, whichever can be read on a color (WCAG AA). Computed by the browser, so it follows a color that the page changes later. */
const on = (color: CSSResult): CSSResult =>
  css`color(from ${color} xyz-d65 clamp(0, (0.3 - y) * 1e6, 0.9505) clamp(0, (0.3 - y) * 1e6, 1) clamp(0, (0.3 - y) * 1e6, 1.0888))`;

/** The color as a background of text: darkened a little where white text asks for it. The same numbers as in api/rules/contrast.ts. */
const fill = (color: CSSResult): CSSResult => {
  const share = css`max(min(1, 0.18 / y), clamp(0, (y - 0.3) * 1e6, 1))`;
  return css`color(from ${color} xyz-d65 calc(x * ${share}) calc(y * ${share}) calc(z * ${share}))`;
};

/**
 * The color as text: darker on a light page, lighter on a dark one. It grows lighter by its own light as long as it can, and by white only then,
 * so that a brand is known by its hue. The same numbers as in api/rules/contrast.ts.
 */
const ink = (color: CSSResult): CSSResult => {
  const darker = css`min(1, 0.13 / y)`;
  const luminance = css`(0.2126 * r + 0.7152 * g + 0.0722 * b)`;
  const times = css`max(1, min(0.34 / ${luminance}, 1 / max(r, g, b, 0.001)))`;
  const white = css`max(0, (0.34 - ${luminance} * ${times}) / (1 - ${luminance} * ${times}))`;
  const lighter = (channel: CSSResult) => css`calc(${channel} * ${times} + (1 - ${channel} * ${times}) * ${white})`;
  return css`light-dark(color(from ${color} xyz-d65 calc(x * ${darker}) calc(y * ${darker}) calc(z * ${darker})), color(from ${color} srgb-linear ${lighter(css`r`)} ${lighter(css`g`)} ${lighter(css`b`)}))`;
};

/**
 * The public styling surface, one line per token. Each asks three people, in this order:
 *   --wl-*        the agency's own CSS: any selector, any cascade layer, inline style
 *   --wl-brand-*  the colors the agency saved, set by the embed script
 *   the default   so a widget looks finished with no CSS at all, on a light page and on a dark one
 * Widgets read only the private name on the left.
 */
export const tokens = css`
  :host {
    --_primary: var(--wl-primary, var(--wl-brand-primary, ${primary})); /* buttons, links, the chosen package, a healthy meter */
    --_on-primary: var(--wl-on-primary, ${on(css`var(--_primary)`)}); /* text on the primary color; black or white, whichever can be read */
    --_accent: var(--wl-accent, var(--wl-brand-accent, var(--_primary))); /* the badge of the popular package */
    --_success: var(--wl-success, #16a34a); /* what went well: a payment, a confirmed e-mail */
    --_warning: var(--wl-warning, #f97316); /* a low meter, what waits for the visitor */
    --_danger: var(--wl-danger, #dc2626); /* a nearly empty meter, errors */
    --_text: var(--wl-text, inherit); /* text; the page's own color unless said */
    --_muted: var(--wl-muted, color-mix(in srgb, currentcolor 78%, transparent)); /* text that matters less */
    --_surface: var(--wl-surface, transparent); /* behind the whole widget */
    --_card: var(--wl-card, light-dark(#ffffff, #ffffff0d)); /* behind packages and notices */
    --_field: var(--wl-field, light-dark(#ffffff, #ffffff0d)); /* behind what one types into */
    --_border: var(--wl-border, color-mix(in srgb, currentcolor 16%, transparent)); /* lines around cards */
    --_field-border: var(--wl-field-border, color-mix(in srgb, currentcolor 50%, transparent)); /* lines around fields and choices */
    --_track: var(--wl-track, color-mix(in srgb, currentcolor 12%, transparent)); /* the empty part of the meter */
    --_focus: var(--wl-focus, ${ink(css`var(--_primary)`)}); /* the ring around what has the keyboard */
    --_font: var(--wl-font-family, inherit); /* font family; the page's own unless said */
    --_heading-font: var(--wl-heading-font-family, inherit); /* font family of headings */
    --_font-size: var(--wl-font-size, max(1rem, 16px)); /* size of normal text; everything else follows it */
    --_heading-size: var(--wl-heading-size, 1.375em); /* size of headings */
    --_heading-weight: var(--wl-heading-weight, 650); /* weight of headings */
    --_radius: var(--wl-radius, 8px); /* corners of cards, fields and buttons */
    --_space: var(--wl-space, 16px); /* distance between things; smaller distances are shares of it */
    --_padding: var(--wl-padding, 0px); /* between the widget's edge and its content, e.g. with a surface */
    --_control-height: var(--wl-control-height, 44px); /* height of buttons and fields */
    --_bar-height: var(--wl-bar-height, 10px); /* height of the meter's bar */
    --_logo-height: var(--wl-logo-height, 32px); /* height of the logo */
    --_shadow: var(--wl-shadow, 0 1px 2px #0000000f); /* below cards and buttons */
    --_frame-shadow: var(--wl-frame-shadow, none); /* below the whole widget, e.g. with a surface */

    /* derived, not public */
    --_fill: ${fill(css`var(--_primary)`)};
    --_ink: ${ink(css`var(--_primary)`)};
    --_accent-fill: ${fill(css`var(--_accent)`)};
    --_on-accent: ${on(css`var(--_accent)`)};
    --_success-ink: ${ink(css`var(--_success)`)};
    --_warning-ink: ${ink(css`var(--_warning)`)};
    --_danger-ink: ${ink(css`var(--_danger)`)};
    accent-color: var(--_primary);
  }
`;
