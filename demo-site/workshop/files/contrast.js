// Measures what is really shown: every text of the widgets against what is painted behind it (WCAG 2.2, 1.4.3).
const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

/** Red, green, blue (0 to 255) and alpha (0 to 1) of any color that the browser knows. */
function channels(color) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

const over = ([red, green, blue, alpha], below) =>
  [red, green, blue].map((channel, index) => channel * alpha + below[index] * (1 - alpha)).concat(1);

function luminance(color) {
  const [red, green, blue] = color.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const above = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host;

function behind(element) {
  const layers = [];
  for (let at = element; at; at = above(at)) layers.push(channels(getComputedStyle(at).backgroundColor));
  return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
}

function* elementsIn(root) {
  for (const element of root.querySelectorAll('*')) {
    yield element;
    if (element.shadowRoot) yield* elementsIn(element.shadowRoot);
  }
}

const ownText = ({ childNodes }) =>
  [...childNodes]
    .filter(({ nodeType }) => nodeType === 3)
    .map(({ data }) => data.trim())
    .join(' ')
    .trim();

/** Text for screen readers alone is at most a pixel wide. */
function isSeen(element) {
  const { width, height } = element.getBoundingClientRect();
  return width > 1 && height > 1 && element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
}

/** Every visible text with its colors and ratio, the lowest first; the same pair of colors once. */
export function measure(page) {
  const pairs = new Map();
  for (const element of elementsIn(page.body)) {
    const text = ownText(element);
    if (!text || !isSeen(element)) continue;
    const style = getComputedStyle(element);
    const below = behind(element);
    const color = over(channels(style.color), below);
    const [dark, light] = [luminance(color), luminance(below)].sort((one, other) => one - other);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const pair = { text, color: hex(color), below: hex(below), ratio: (light + 0.05) / (dark + 0.05), wanted: isLarge ? 3 : 4.5 };
    const name = `${pair.color} ${pair.below} ${pair.wanted}`;
    if (!pairs.has(name)) pairs.set(name, pair);
  }
  return [...pairs.values()].sort((one, other) => one.ratio - other.ratio);
}

const hex = ([red, green, blue]) => `#${[red, green, blue].map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;

/** Any color as `#rrggbb`, which is all that a color picker takes; nothing where it is no color. */
export function asHex(color) {
  if (!CSS.supports('color', color) || /inherit|currentcolor|var\(|light-dark/i.test(color)) return undefined;
  return hex(channels(color));
}
