// A router as small as it can be: every view throws away what was there and inserts a template anew.
const views = { '/app': 'account', '/app/credits': 'credits', '/app/about': 'about' };
const main = document.querySelector('#view');

function show() {
  const template = document.querySelector(`#${views[location.pathname] ?? 'account'}`);
  main.replaceChildren(template.content.cloneNode(true));
  for (const link of document.querySelectorAll('a[data-view]')) {
    if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[data-view]') : null;
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  show();
});
addEventListener('popstate', show);
show();
