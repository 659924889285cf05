const { createElement: h, useState } = React;

/** A page that shows and hides what stands in the widgets, and hands settings in as React does: as properties. */
function Page() {
  const [isShown, show] = useState(true);
  const [mode, change] = useState('sign-up');
  return h(
    'div',
    null,
    h('button', { type: 'button', onClick: () => show(!isShown) }, 'Show or hide'),
    h('button', { type: 'button', onClick: () => change(mode === 'sign-up' ? 'sign-in' : 'sign-up') }, 'Change the form'),
    h('section', null, h('wl-signup', { mode, strings: isShown ? { 'signUp.heading': 'Join us' } : undefined }, 'One moment.')),
    h('section', null, h('wl-gate', { balance: 1 }, isShown && h('p', { id: 'behind' }, 'For those who have a credit or more.'))),
    h('p', { id: 'alive' }, isShown ? 'Shown' : 'Hidden'),
  );
}

ReactDOM.createRoot(document.querySelector('#app')).render(h(Page));
