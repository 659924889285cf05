// This site is dark unless the visitor asks for light. Runs before the first paint, so that nothing flashes.
(() => {
  const root = document.documentElement;
  root.dataset.theme = localStorage.getItem('theme') ?? 'dark';
  document.addEventListener('DOMContentLoaded', () => {
    const button = document.querySelector('.theme');
    const say = () => button.setAttribute('aria-pressed', String(root.dataset.theme === 'light'));
    say();
    button.addEventListener('click', () => {
      root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
      localStorage.setItem('theme', root.dataset.theme);
      say();
    });
    for (const link of document.querySelectorAll('.menu a')) {
      if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
    }
  });
})();
