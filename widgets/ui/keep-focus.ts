import type { WlElement } from './element.ts';

/** How far back it is remembered what had the focus. */
const STEPS_MAX = 5;

/**
 * Keeps the place of people who work without a mouse. Where a change removes the element with the focus, the focus goes to the new heading
 * (`<h3 tabindex="-1">`), else back to what had it before, else to the chosen tab.
 */
export function keepFocus(host: WlElement): void {
  const find = (selector: string) => host.renderRoot.querySelector<HTMLElement>(selector);
  const heading = () => find('h3[tabindex]');
  let steps: HTMLElement[] = [];
  let focused: Element | null | undefined;
  let known: HTMLElement | null = null;
  host.addController({
    hostUpdate() {
      focused = host.shadowRoot?.activeElement;
      known = heading();
      if (focused instanceof HTMLElement && focused !== steps[0]) steps = [focused, ...steps].slice(0, STEPS_MAX);
    },
    hostUpdated() {
      if (!focused || focused.isConnected) return;
      const now = heading();
      const before = steps.find(({ isConnected }) => isConnected);
      ((now !== known && now) || before || now || find('[aria-selected=true]'))?.focus();
    },
  });
}
