import { css } from 'lit';

/** Follows the settings of the visitor's system: more contrast, less motion. */
export const settings = css`
  @media (prefers-contrast: more) {
    :host {
      --_muted: currentcolor;
      --_border: currentcolor;
      --_field-border: currentcolor;
    }
  }
  @media (prefers-reduced-motion) {
    :not(.frame) {
      animation: none !important;
      transition: none !important;
    }
  }
`;
