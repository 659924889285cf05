/**
 * Goes to the page to pay on: in the empty tab that a click opened, or in this one where there is none.
 * @returns whether this page stays
 */
export function openPaymentPage(address: string, tab: Window | null): boolean {
  if (!tab || tab.closed) {
    location.assign(address);
    return false;
  }
  tab.opener = null;
  tab.location.replace(address);
  return true;
}
