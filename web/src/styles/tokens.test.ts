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
