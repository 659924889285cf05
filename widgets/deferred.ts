/** What no first view needs: it arrives when the page is quiet, or with the first click that asks for it. */
export { purchaseView } from './elements/buy-credits/purchase-view.ts';
export { Form } from './elements/sign-up/form.ts';
export { formView, inputsView } from './elements/sign-up/form-view.ts';
export { sessionsPanel } from './elements/sign-up/sessions-panel.ts';
export { laterStyles } from './elements/sign-up/styles-later.ts';
export { submit } from './elements/sign-up/submit.ts';
export { awaitElements } from './kit/autoload.ts';
export { heardFromTab, liveOf } from './kit/live-updates.ts';
export { confirmEmail, signOut } from './kit/sign-in.ts';
export { Checkout } from './payment/checkout.ts';
export { laterStrings } from './strings/en/deferred.ts';
export { pictures } from './ui/pictures.ts';
