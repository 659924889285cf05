import type { Output } from '../../../api/contract/index.ts';
import type { WlElement } from '../../ui/element.ts';

type Plans = Output<'plans.list'>;
export type Plan = Plans['plans'][number];
export type WithoutProvider = Plans['withoutProvider'];

/**
 * Lists what a plan includes, a line each: prices of credits, numbers and knowledge, and its limits.
 * @param withoutProvider features that nobody can buy anything of yet, which no plan is praised for
 */
export function planLines(host: WlElement, plan: Plan, withoutProvider: WithoutProvider = []): string[] {
  const { centsPer100Credits, currency, freeMillis, features, numbers, knowledge, limits } = plan;
  const has = (feature: 'numbers' | 'knowledge') => features.includes(feature) && !withoutProvider.includes(feature);
  const lines = [host.say('plans.credits', { price: host.price(centsPer100Credits, currency) })];
  if (freeMillis > 0) lines.push(host.say('plans.free', { credits: freeMillis / 1000 }));
  if (has('numbers') && numbers.length > 0) {
    const cheapest = Math.min(...numbers.map(({ monthlyMillis }) => monthlyMillis));
    lines.push(host.say('plans.numbers', { credits: cheapest / 1000 }));
    if (limits.numbers !== null) lines.push(host.say('plans.numbersMost', { most: limits.numbers }));
  }
  if (has('knowledge')) {
    if (knowledge.fileMillis > 0) lines.push(host.say('plans.knowledge', { credits: knowledge.fileMillis / 1000 }));
    if (knowledge.freeItems > 0) lines.push(host.say('plans.knowledgeFree', { count: knowledge.freeItems }));
    if (limits.sources !== null) lines.push(host.say('plans.sourcesMost', { most: limits.sources }));
  }
  return lines;
}
