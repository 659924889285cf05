// Stands in for https://js.stripe.com/endive/stripe.js: Checkout inside a page, shown by the sandbox.
(() => {
  const sandbox = '__sandbox__';
  let isOpen = false;

  function refuse(message) {
    throw Object.assign(new Error(message), { name: 'IntegrationError' });
  }

  async function createEmbeddedCheckoutPage(key, { clientSecret, fetchClientSecret, onComplete } = {}) {
    if (isOpen) refuse('You cannot have multiple Embedded Checkout objects.');
    const secret = clientSecret ?? (await fetchClientSecret?.());
    if (typeof secret !== 'string' || !secret.includes('_secret_')) {
      refuse('Invalid value for createEmbeddedCheckoutPage: clientSecret should be the client secret of a Checkout Session.');
    }
    if (isOpen) refuse('You cannot have multiple Embedded Checkout objects.');
    isOpen = true;
    const session = secret.slice(0, secret.indexOf('_secret_'));
    const frame = Object.assign(document.createElement('iframe'), {
      src: `${sandbox}/c/embedded/${session}?secret=${encodeURIComponent(secret)}&key=${encodeURIComponent(key)}`,
      title: 'Checkout',
      allow: 'payment',
    });
    frame.style.cssText = 'border: 0; display: block; width: 100%; min-height: 36rem';
    let isComplete = false;

    function hear({ source, origin, data }) {
      if (source !== frame.contentWindow || origin !== sandbox) return;
      if (typeof data?.height === 'number') frame.style.height = `${data.height}px`;
      if (!data?.complete || isComplete) return;
      isComplete = true;
      if (data.onTo) location.assign(data.onTo);
      else onComplete?.();
    }

    addEventListener('message', hear);
    return {
      mount(where) {
        const place = typeof where === 'string' ? document.querySelector(where) : where;
        if (!place) refuse(`Invalid value for mount(): could not find ${where} in the page.`);
        place.append(frame);
      },
      unmount: () => frame.remove(),
      destroy() {
        frame.remove();
        removeEventListener('message', hear);
        isOpen = false;
      },
    };
  }

  window.Stripe = Object.assign(
    (key) => {
      if (typeof key !== 'string' || !key.startsWith('pk_')) refuse('Please call Stripe() with your publishable key.');
      const open = (options) => createEmbeddedCheckoutPage(key, options);
      return { createEmbeddedCheckoutPage: open, initEmbeddedCheckout: open, registerAppInfo() {}, _registerWrapper() {} };
    },
    { version: 'endive' },
  );
})();
