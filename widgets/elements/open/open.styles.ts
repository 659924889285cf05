import { css } from 'lit';

export const openStyles = css`
  :host {
    display: inline-block;
  }
  .frame {
    padding: 0;
    background: none;
    box-shadow: none;
  }
  [hidden] {
    display: none;
  }
  dialog {
    inline-size: min(36rem, 100% - 2rem);
    max-inline-size: none;
    max-block-size: calc(100dvh - 2rem);
    margin: auto;
    padding: calc(var(--_space) * 1.5);
    border: 0;
    border-radius: max(var(--_radius), 2px);
    color: inherit;
    background: linear-gradient(var(--_surface) 0 0), light-dark(#ffffff, #171a20);
    box-shadow: 0 16px 48px #0000004d;
    overflow: auto;
    overscroll-behavior: contain;
    outline: 0;
  }
  dialog[open] {
    animation: arrive 0.2s;
  }
  .drawer {
    inset-inline: auto 0;
    inline-size: min(30rem, 100%);
    block-size: 100dvh;
    max-block-size: none;
    margin: 0;
    border-radius: 0;
  }
  dialog::backdrop {
    background: #0009;
  }
  ::slotted([slot='opened']) {
    --wl-padding: 0px;
    --wl-frame-shadow: none;
    margin-inline: auto;
  }
  /* Beside the heading, without taking room from what comes below it. */
  .cross {
    position: absolute;
    inset-block-start: calc(var(--_space) / 2);
    inset-inline-end: calc(var(--_space) / 2);
    padding: 0;
    border: 0;
    color: var(--_muted);
  }
  @keyframes arrive {
    from {
      opacity: 0;
      translate: 0 0.75rem;
    }
  }
`;
