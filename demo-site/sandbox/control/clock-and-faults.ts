import type { ClockControl } from '../clock.ts';
import type { FaultControl } from '../faults/faults.ts';
import type { Step } from '../faults/kinds.ts';
import { type Html, html } from '../pages/html.ts';
import { action, moment } from './parts.ts';

const hourSeconds = 3600;
const daySeconds = 24 * hourSeconds;
const shownMost = 5;

/** Renders the clock and the faults, which concern all providers at once. */
export const clockAndFaults = (clock: ClockControl, faults: FaultControl): Html => html`<div class="weather">
  ${clockCard(clock)}
  ${faultCard(faults)}
</div>`;

const clockCard = (clock: ClockControl): Html => html`<section class="card" aria-label="Clock">
  <h2>Clock</h2>
  <p class="time"><time datetime="${clock.now().toISOString().slice(0, 16)}Z">${moment(clock.now()).replace(/:\d\d UTC/, ' UTC')}</time>
    <span class="state ${clock.offsetSeconds === 0 ? '' : 'waiting'}">${distance(clock.offsetSeconds)}</span></p>
  <p class="facts">Rents, expiry and every date follow it, here and in the API. Signatures and sessions keep real time.</p>
  <p class="actions">
    ${move('hour', '+1 hour', hourSeconds)}
    ${move('day', '+1 day', daySeconds)}
    ${move('month', '+30 days', 30 * daySeconds)}
    ${clock.offsetSeconds !== 0 && action('clock-now', 'Back to now', '/sandbox/clock', { offsetSeconds: 0 })}
  </p>
</section>`;

const move = (name: string, label: string, advanceSeconds: number): Html =>
  action(`clock-${name}`, label, '/sandbox/clock', { advanceSeconds });

/** `30 days and 1 hour ahead` */
function distance(seconds: number): string {
  if (seconds === 0) return 'real time';
  const parts = [
    [Math.floor(Math.abs(seconds) / daySeconds), 'day'],
    [Math.floor((Math.abs(seconds) % daySeconds) / hourSeconds), 'hour'],
    [Math.floor((Math.abs(seconds) % hourSeconds) / 60), 'minute'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
  return `${words.join(', ') || 'seconds'} ${seconds > 0 ? 'ahead' : 'behind'}`;
}

function faultCard(faults: FaultControl): Html {
  const { waiting, random, happened } = faults.state();
  const isCalm = waiting.length === 0 && random === null;
  return html`<section class="card" aria-label="Faults">
  <h2>Faults</h2>
  ${next('Next request', [fault('503', '503'), fault('reset', 'Cut off'), fault('drop-after-headers', 'Half an answer'), fault('slow:5000', '5 s late')])}
  ${next('Next webhook', [fault('duplicate', 'Twice'), fault('delay:5000', '5 s late'), fault('reorder', 'Overtaken'), fault('lost', 'Lost')])}
  ${next('Next mail', [fault('mail-refused', 'Refused for now'), fault('mail-unanswered', 'Cut off')])}
  ${waiting.length > 0 && row('Waiting', waitingWords(waiting))}
  ${random && row('By chance', html`<p class="facts">seed ${random.seed}, rate ${random.rate}: <code>${random.kinds.join(' ')}</code></p>`)}
  ${happened.length > 0 && row('Lately', html`<p class="facts">${last(happened)}</p>`)}
  ${!isCalm && html`<p class="actions">${action('faults-calm', 'Stop all faults', '/sandbox/faults/calm')}</p>`}
</section>`;
}

const row = (title: string, content: Html): Html => html`<div class="row"><h3>${title}</h3>${content}</div>`;

const next = (title: string, actions: Html[]): Html => row(title, html`<p class="actions">${actions}</p>`);

const waitingWords = (steps: Step[]): Html => html`<p class="facts">${steps.slice(0, shownMost).map((step) => html`<code>${step}</code> `)}
    ${steps.length > shownMost && `and ${steps.length - shownMost} more`}</p>`;

const fault = (step: Step, label: string): Html => action(`fault-${step.split(':')[0]}`, label, '/sandbox/faults', { script: [step] });

const last = (happened: { kind: string; about: string }[]): string =>
  happened
    .slice(-shownMost)
    .reverse()
    .map(({ kind, about }) => `${kind} (${about})`)
    .join(', ');
