import type { Output } from '../../../api/contract/index.ts';
import type { WlElement } from '../../ui/element.ts';

export type Plan = Output<'plans.list'>['plans'][number];

/** Lists what a plan includes, a line each: prices of credits, numbers and knowledge, and its limits. */
export function planLines(host: WlElement, plan: Plan): string[] {
  const { centsPer100Credits, currency, freeMillis, features, numbers, knowledge, limits } = plan;
  const lines = [host.say('plans.credits', { price: host.price(centsPer100Credits, currency) })];
  if (freeMillis > 0) lines.push(host.say('plans.free', { credits: freeMillis / 1000 }));
  if (features.includes('numbers') && numbers.length > 0) {
    const cheapest = Math.min(...numbers.map(({ monthlyMillis }) => monthlyMillis));
    lines.push(host.say('plans.numbers', { credits: cheapest / 1000 }));
    if (limits.numbers !== null) lines.push(host.say('plans.numbersMost', { most: limits.numbers }));
  }
  if (features.includes('knowledge')) {
    if (knowledge.fileMillis > 0) lines.push(host.say('plans.knowledge', { credits: knowledge.fileMillis / 1000 }));
    if (knowledge.freeItems > 0) lines.push(host.say('plans.knowledgeFree', { count: knowledge.freeItems }));
    if (limits.sources !== null) lines.push(host.say('plans.sourcesMost', { most: limits.sources }));
  }
  return lines;
}
