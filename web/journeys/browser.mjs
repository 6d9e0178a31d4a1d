/** One Chromium per file, and what must never happen in it: an error of the page, a broken policy, a foreign address. */
import { after } from 'node:test';
import { chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHATTERBOX_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Nothing here takes longer; a journey that waits for more has failed. */
const PATIENCE_MS = 10_000;

let launched;

/** The browser of this file; it is closed after the last journey. */
export function theBrowser() {
  launched ??= chromium.launch({ executablePath: EXECUTABLE, chromiumSandbox: process.getuid?.() !== 0, args: FLAGS });
  return launched;
}

after(async () => {
  if (launched !== undefined) await (await launched).close();
});

/** The browser says these by itself when a request fails; whether that was wanted is the journey's business. */
const NETWORK = /^(?:Failed to load resource|WebSocket connection to)/u;

/**
 * A fresh browser context that writes down every trespass.
 * @param {string} origin the only address that pages may speak to
 * @param {import('playwright-core').BrowserContextOptions} options
 */
export async function openContext(origin, options = {}) {
  const browser = await theBrowser();
  const context = await browser.newContext({ baseURL: origin, locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  /** @type {string[]} */
  const trespasses = [];
  const judge = (kind, url) => {
    const own = url.startsWith(`${origin}/`) || url.startsWith(`${origin.replace(/^http/u, 'ws')}/`);
    if (!own && !/^(?:data|blob|about):/u.test(url)) trespasses.push(`${kind} to ${url}`);
  };
  context.on('request', (request) => judge('request', request.url()));
  context.on('weberror', (error) => trespasses.push(`uncaught ${error.error().stack ?? error.error()}`));
  context.on('console', (message) => {
    if (message.type() === 'error' && !NETWORK.test(message.text())) trespasses.push(`console: ${message.text()}`);
  });
  context.on('page', (page) => page.on('websocket', (socket) => judge('socket', socket.url())));
  await context.exposeBinding('journeyTrespass', (_source, what) => void trespasses.push(what));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.journeyTrespass(`policy ${event.effectiveDirective} broken by ${event.blockedURI}`);
    });
  });
  return { context, trespasses };
}
