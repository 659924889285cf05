// Light or dark is the visitor's choice on this site, and until one is made the system's. Runs before the first paint, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const set = (theme) => {
    root.dataset.theme = theme;
    root.style.colorScheme = theme;
    document.querySelector('.theme')?.setAttribute('aria-pressed', String(theme === 'dark'));
  };
  const system = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => set(localStorage.getItem('theme') ?? (system.matches ? 'dark' : 'light'));
  system.addEventListener('change', follow);
  follow();

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
