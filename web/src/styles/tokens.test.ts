/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const tokens = readFileSync('src/styles/tokens.css', 'utf8');

/** The declarations of the block that begins with `selector`. */
function blockOf(selector: string): string[] {
  const start = tokens.indexOf(`${selector} {`);
  expect(start, `${selector} is in tokens.css`).toBeGreaterThan(-1);
  const body = tokens.slice(tokens.indexOf('{', start) + 1, tokens.indexOf('}', start));
  return body.split('\n').map((line) => line.trim()).filter(Boolean);
}

test('the dark theme is the same whether it is chosen or follows the system', () => {
  expect(blockOf(':root[data-theme="dark"]')).toEqual(blockOf(':root:not([data-theme="light"])'));
});

test('the dark theme names no role that the light theme lacks', () => {
  const light = new Set(blockOf(':root').map((line) => line.split(':')[0]));
  for (const line of blockOf(':root[data-theme="dark"]')) expect(light).toContain(line.split(':')[0]);
});

/** The relative luminance of an `oklch(…)` colour (WCAG 2.2), by way of linear sRGB. */
function luminance(color: string): number {
  const [l = 0, c = 0, h = 0] = (color.match(/[\d.]+/gu) ?? []).map(Number);
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return (
    0.2126 * clip(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short) +
    0.7152 * clip(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short) +
    0.0722 * clip(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short)
  );
}

const AA = 4.5;
const AAA = 7;
/** What may be told apart without being read, such as the edge of a field. */
const EDGE = 3;

const PAIRS: readonly (readonly [ink: string, ground: string, least: number])[] = [
  ['ink', 'raised', AAA],
  ['accent-ink', 'accent-teal', AAA],
  ['accent-ink', 'accent-sea', AAA],
  ['ink', 'danger-wash', AAA],
  ...['canvas', 'surface', 'raised', 'sunken'].map((ground) => ['ink-soft', ground, AA] as const),
  ['mist', 'canvas', AA],
  ['danger', 'danger-wash', AA],
  ['danger', 'canvas', AA],
  ['warn', 'canvas', AA],
  ['accent', 'canvas', AA],
  ['accent', 'accent-wash', AA],
  ['line-strong', 'raised', EDGE],
];

test.each([':root', ':root[data-theme="dark"]'])('text can be read in %s', (selector) => {
  const roles = new Map(blockOf(selector).map((line) => line.slice(2, -1).split(': ') as [string, string]));
  for (const [ink, ground, least] of PAIRS) {
    const [dim = 0, bright = 0] = [ink, ground].map((role) => luminance(roles.get(role) ?? '')).sort((one, other) => one - other);
    expect((bright + 0.05) / (dim + 0.05), `${ink} on ${ground}`).toBeGreaterThanOrEqual(least);
  }
});
