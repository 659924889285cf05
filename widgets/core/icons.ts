import { svg } from 'lit';

const icon = (path: string) => svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;

/** Small pictures that stand beside a sentence and never instead of one. */
export const icons = {
  cloud: icon('M3 3l18 18M8.5 6.2A6 6 0 0 1 17.7 10 4 4 0 0 1 20 16.8M16 18H7a4.5 4.5 0 0 1-1-8.9'),
  check: icon('M5 12.5l4.5 4.5L19 7.5'),
  circle: icon('M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 1 0 0-7'),
  mail: icon('M3.5 6.5h17v11h-17zM4 7l8 6.5L20 7'),
  clock: icon('M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 1 0 0-17M12 7.5V12l3 2'),
  cross: icon('M6 6l12 12M18 6L6 18'),
  eye: icon('M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 9.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 1 0 0-5.4'),
  wallet: icon('M4 7.5h15.5v11H4zM4 7.5l12-3v3M15.5 13h.01'),
} as const;
