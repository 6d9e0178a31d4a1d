import { render } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import Body from './Body.svelte';

// jsdom lays nothing out, so there is no size to observe.
vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} });

const drawn = (body: string) => render(Body, { body }).container;

test('a message is drawn as text and the few elements that Markdown names', () => {
  const page = drawn('**bold** _italic_ ~~gone~~ `code`\n\n> quoted\n\n- one\n- two\n\n```rust\nfn main() {}\n```');
  for (const name of ['strong', 'em', 's', 'code', 'blockquote', 'ul > li', 'pre']) {
    expect(page.querySelector(name), name).not.toBeNull();
  }
  expect(page.querySelector('pre')?.textContent).toBe('fn main() {}');
});

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt&#58;alert(1))',
  '![x](data:text/html,<script>alert(1)</script>)',
  '<a href="javascript:alert(1)">x</a>',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '`<b>`<iframe src=//example.org>',
])('%s leaves no script, no handler and no unsafe link', (body) => {
  const page = drawn(body);
  expect(page.querySelector('script, img, svg, iframe, object, embed, style')).toBeNull();
  for (const element of page.querySelectorAll('*')) {
    for (const { name } of element.attributes) expect(name).not.toMatch(/^on/u);
  }
  for (const link of page.querySelectorAll('a')) expect(link.href).toMatch(/^(?:https?|mailto):/u);
});

test('links open apart and tell the other page nothing', () => {
  const link = drawn('see https://example.org/a.').querySelector('a');
  expect(link?.getAttribute('href')).toBe('https://example.org/a');
  expect(link?.rel).toBe('noopener noreferrer nofollow ugc');
  expect(link?.target).toBe('_blank');
});
