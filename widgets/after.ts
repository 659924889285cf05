/** What no first view needs: it arrives when the page is quiet, or with the first click that asks for it. */
export { purchaseView } from './buy-credits/purchase-view.ts';
export { awaitElements } from './core/arrivals.ts';
export { Checkout } from './core/checkout.ts';
export { confirmEmail, signOut } from './core/entrance.ts';
export { pictures } from './core/pictures.ts';
export { laterStrings } from './core/strings-later.ts';
export { heardFromTab, liveOf } from './core/updates.ts';
export { Form } from './sign-up/form.ts';
export { formView, inputsView } from './sign-up/form-view.ts';
export { sessionsPanel } from './sign-up/sessions-panel.ts';
export { laterStyles } from './sign-up/styles-later.ts';
export { submit } from './sign-up/submit.ts';
