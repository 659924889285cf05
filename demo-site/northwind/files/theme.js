// Light or dark is the visitor's choice on this site. Runs before the first paint, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const set = (theme) => {
    root.dataset.theme = theme;
    root.style.colorScheme = theme;
    document.querySelector('.theme')?.setAttribute('aria-pressed', String(theme === 'dark'));
  };
  const stored = localStorage.getItem('theme');
  set(stored ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));

  document.addEventListener('DOMContentLoaded', () => {
    set(root.dataset.theme);
    document.querySelector('.theme').addEventListener('click', () => {
      set(root.dataset.theme === 'dark' ? 'light' : 'dark');
      localStorage.setItem('theme', root.dataset.theme);
    });
    for (const link of document.querySelectorAll('nav a')) {
      const isHere = link.pathname === location.pathname && !link.hash;
      const isAbove = link.closest('.top') && location.pathname.startsWith(`${link.pathname}/`);
      if (isHere || isAbove) link.setAttribute('aria-current', isHere ? 'page' : 'true');
    }
  });
})();
