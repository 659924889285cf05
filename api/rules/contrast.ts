/** Red, green and blue, 0 to 1, in linear light. */
export type Light = readonly [number, number, number];

/** WCAG 2.2 AA for normal text. */
export const CONTRAST_MIN = 4.5;

/**
 * White text is readable on colors up to this luminance: 1.05 / (0.18 + 0.05) is 4.56. Colors up to `WHITE_UP_TO` are darkened to it,
 * because people recognize a brand's blue or red with white text. Lighter ones (orange, yellow, mint) stay and get black text. The style
 * sheet computes the same in CSS, where it also follows later color changes of the page.
 */
export const FILL_MAX = 0.18;
export const WHITE_UP_TO = 0.3;
/** Luminance of colored text: at most this on a light page, at least that on a dark one. */
export const INK_ON_LIGHT = 0.13;
export const INK_ON_DARK = 0.34;

const toLight = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
const fromLight = (light: number): number => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);

/** @param hex `#rrggbb`, already validated */
export const parseColor = (hex: string): Light => {
  const channel = (at: number) => toLight(Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  return [channel(1), channel(3), channel(5)];
};

export const formatColor = (light: Light): string =>
  `#${light
    .map((channel) =>
      Math.round(fromLight(Math.min(1, Math.max(0, channel))) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

/** Relative luminance as WCAG defines it, 0 (black) to 1 (white). */
export const luminance = ([red, green, blue]: Light): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** Returns the contrast ratio, from 1 (the same) to 21 (black and white). */
export function contrast(one: Light, other: Light): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Of black and white nothing is left to change: a share of infinity is one, or none. */
const darkened = (color: Light, to: number): Light => {
  const share = Math.min(1, to / luminance(color));
  return color.map((channel) => channel * share) as unknown as Light;
};

/** Takes a color's own light as long as no channel is full, and white only then: that keeps its hue. */
const lightened = (color: Light, to: number): Light => {
  const times = Math.max(1, Math.min(to / luminance(color), 1 / Math.max(...color, 0.001)));
  const own = color.map((channel) => channel * times) as unknown as Light;
  const white = Math.max(0, (to - luminance(own)) / (1 - luminance(own)));
  return own.map((channel) => channel + (1 - channel) * white) as unknown as Light;
};

export interface ReadableColors {
  /** The color as a background, e.g. of a button; `shifted` if it was darkened for white text. */
  fill: string;
  /** Text on that background. */
  onFill: string;
  /** The color as text on a light page and on a dark one. */
  inkOnLight: string;
  inkOnDark: string;
  shifted: boolean;
}

/** Derives readable text colors from any color: every pair has at least 4.5:1. */
export function readableColors(hex: string): ReadableColors {
  const color = parseColor(hex);
  const white = luminance(color) < WHITE_UP_TO;
  const fill = formatColor(white ? darkened(color, FILL_MAX) : color);
  return {
    fill,
    onFill: white ? '#ffffff' : '#000000',
    inkOnLight: formatColor(darkened(color, INK_ON_LIGHT)),
    inkOnDark: formatColor(lightened(color, INK_ON_DARK)),
    shifted: fill !== formatColor(color),
  };
}
