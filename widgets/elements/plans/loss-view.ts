import { html, nothing } from 'lit';
import type { WlElement } from '../../ui/element.ts';
import type { Plan } from './plan-lines.ts';

/** The part of its element that the list needs. */
interface Host extends WlElement {
  size(bytes: number): string;
}

type Loss = NonNullable<Plan['loses']>['limits'][number];

/** Tells whether the client would have less in a plan than it has now. */
export const losesAnything = ({ loses }: Plan): boolean => !!loses && loses.features.length + loses.limits.length > 0;

/** The list of losses with a smaller plan, shown before the change is confirmed. */
export function lossView(host: Host, plan: Plan) {
  const { loses, name } = plan;
  if (!loses || !losesAnything(plan)) return nothing;
  return html`<div class="card notice warning stack tight" part="loses">
    <p>${host.say('plans.loses', { name })}</p>
    <ul class="losses">
      ${loses.features.map((feature) => html`<li>${featureName(host, feature)}</li>`)}
      ${loses.limits.map((loss) => html`<li>${limitLine(host, loss)}</li>`)}
    </ul>
  </div>`;
}

/** Our own features have names; others are the agency's own words. */
const featureName = (host: WlElement, feature: string): string =>
  feature === 'numbers' || feature === 'knowledge'
    ? host.say(`plans.feature.${feature}`)
    : host.say('plans.losesFeature', { name: feature });

function limitLine(host: Host, { limit, was, most, used }: Loss) {
  const amount = (value: number) => (limit === 'storageBytes' ? host.size(value) : value);
  const key = { numbers: 'plans.losesNumbers', sources: 'plans.losesSources', storageBytes: 'plans.losesStorage' } as const;
  const words = host.say(key[limit], { most: amount(most) });
  return html`${was === null ? words : host.say('plans.was', { limit: words, was: amount(was) })}.
    ${used > most ? html`<b>${host.say('plans.over', { used: amount(used) })}</b>` : nothing}`;
}
