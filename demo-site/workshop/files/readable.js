import { measure } from './contrast.js';

const find = (selector) => document.querySelector(selector);

/** Writes what can be read on the page and what cannot. */
export function reportContrast(page) {
  const pairs = measure(page);
  const failed = pairs.filter(({ ratio, wanted }) => ratio < wanted);
  find('.verdict').textContent = failed.length
    ? `${failed.length} of ${pairs.length} pairs of colors cannot be read well.`
    : `All ${pairs.length} pairs of colors can be read (WCAG AA).`;
  find('.contrast').classList.toggle('failed', failed.length > 0);
  find('.contrast tbody').replaceChildren(...pairs.slice(0, Math.max(5, failed.length)).map(line));
}

function line({ text, color, below, ratio, wanted }) {
  const row = document.createElement('tr');
  const [words, colors, figure] = ['td', 'td', 'td'].map((tag) => row.appendChild(document.createElement(tag)));
  words.textContent = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const sample = colors.appendChild(document.createElement('span'));
  sample.className = 'sample';
  Object.assign(sample.style, { color, backgroundColor: below });
  sample.textContent = `${color} on ${below}`;
  figure.textContent = `${ratio.toFixed(2)} ${ratio < wanted ? `below ${wanted}` : ''}`;
  return row;
}
