import { debtNotice, lowNotice, wayToBuy } from './elements/balance-meter/low-view.ts';
import { buyCredits, enterSignUp } from './elements/buy-credits/buy.ts';
import { nothingToBuy } from './elements/buy-credits/nothing-view.ts';
import { buttonOfAmount, rateOf } from './elements/buy-credits/rates.ts';
import { Form } from './elements/sign-up/form.ts';
import { formView, showInputs } from './elements/sign-up/form-view.ts';
import { sessionsPanel } from './elements/sign-up/sessions-panel.ts';
import { attendPage } from './kit/attend.ts';
import { awaitElements, loadElement } from './kit/autoload.ts';
import { resumePurchase } from './kit/buying.ts';
import type { Deferred } from './kit/kit.ts';
import { signOut } from './kit/sign-out.ts';
import { deferredStrings } from './strings/en/deferred.ts';
import { translationOf } from './strings/languages.ts';
import { renderSafely } from './ui/foreign-hands.ts';
import { pictures } from './ui/pictures.ts';

/** The code that no first view needs. It arrives when the page is quiet, or with the first click that asks for it. One object weighs less than names. */
export const deferred: Deferred = {
  Form,
  attendPage,
  awaitElements,
  buttonOfAmount,
  buyCredits,
  formView,
  deferredStrings,
  debtNotice,
  enterSignUp,
  loadCheckout: () => import('./payment/checkout.ts'),
  loadElement,
  lowNotice,
  nothingToBuy,
  loadLive: () => import('./kit/live-updates.ts'),
  loadSubmit: () => import('./elements/sign-up/submit.ts'),
  pictures,
  rateOf,
  renderSafely,
  resumePurchase,
  sessionsPanel,
  showInputs,
  signOut,
  takeArrival: async (kit) => (await import('./kit/arrival.ts')).takeArrival(kit),
  translationOf,
  wayToBuy,
};
