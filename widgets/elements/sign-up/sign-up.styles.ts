import { css } from 'lit';

/** Styles the account view, which is seen at once; `form.styles.ts` has the form. */
export const signUpStyles = css`
  :host {
    max-inline-size: 30rem;
  }
  .grow {
    flex-basis: 8em;
  }
  [part='confirm'] {
    align-items: start;
  }
  [part='resend'] {
    margin-block: calc(var(--_space) / 2);
  }
  .bone {
    block-size: 4.5em;
  }
  /* One frame is enough. */
  wl-balance-meter,
  wl-sessions {
    --wl-surface: transparent;
    --wl-padding: 0px;
    --wl-frame-shadow: none;
  }
  wl-balance-meter::part(waiting) {
    display: none;
  }
`;
