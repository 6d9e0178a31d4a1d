/** Checklist 71 and 75: themes without a flash, motion only for those who like it, and a light first load. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { PASSWORD } from './person.mjs';
import { Place } from './place.mjs';
import { openWorld } from './world.mjs';

const FIRST_LOAD_BYTES = 150_000;

/** How bright the page's ground is, 0 to 255. */
const brightness = (page) =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const context = canvas.getContext('2d');
    context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });

test('71: the system\'s theme is followed at once; a choice is kept and painted from the first frame on', async (t) => {
  const world = await openWorld(t);
  const place = await world.open(await world.person('ada'), { colorScheme: 'light' });
  assert.ok((await brightness(place.page)) > 200);
  await place.page.emulateMedia({ colorScheme: 'dark' });
  assert.ok((await brightness(place.page)) < 80);
  await place.page.emulateMedia({ colorScheme: 'light' });

  await place.page.getByRole('button', { name: 'Your account' }).click();
  await place.page.getByRole('group', { name: 'Theme' }).getByRole('menuitemradio', { name: 'Dark' }).click();
  assert.ok((await brightness(place.page)) < 80);

  await place.page.addInitScript(() => {
    window.journeyGrounds = [];
    const look = () => {
      window.journeyGrounds.push(getComputedStyle(document.documentElement).backgroundColor);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await place.page.reload();
  await place.settled();
  const grounds = new Set(await place.page.evaluate(() => window.journeyGrounds));
  assert.ok((await brightness(place.page)) < 80);
  assert.equal([...grounds].filter((ground) => ground !== 'rgba(0, 0, 0, 0)').length, 1, [...grounds].join(', '));
});

test('71: with reduced motion nothing slides and nothing scrolls smoothly', async (t) => {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const place = await world.open(ada, { reducedMotion: 'reduce', viewport: { width: 390, height: 844 } });
  await place.page.evaluate(() => {
    window.journeyMoves = [];
    const note = (event) => {
      for (const animation of event.target.getAnimations?.({ subtree: false }) ?? []) {
        const { duration, delay } = animation.effect.getTiming();
        if (duration > 1) window.journeyMoves.push(`${event.target.className} ${event.animationName ?? event.propertyName} ${delay}+${duration}`);
      }
    };
    for (const type of ['animationstart', 'transitionrun']) document.addEventListener(type, note, true);
  });
  await ben.says(await ben.lobby(), 'Landing softly');
  await place.sees('Landing softly');
  await place.page.getByRole('button', { name: 'Open the list of rooms' }).click();
  await place.page.getByRole('button', { name: 'Your account' }).click();
  await place.page.getByRole('menuitem', { name: 'Profile' }).click();
  await place.page.getByRole('complementary', { name: 'Profile' }).waitFor();
  assert.deepEqual(await place.page.evaluate(() => window.journeyMoves), []);
  assert.equal(await place.log.evaluate((log) => getComputedStyle(log).scrollBehavior), 'auto');
});

test('75: signing in and the first conversation load at most 150 kB compressed, all of it from here', async (t) => {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  await ben.saysMany(await ben.lobby(), 30, (number) => `Hello number ${number}`);
  const page = await (await world.browser()).newPage();
  const loaded = [];
  page.on('response', (response) => loaded.push(response));
  await page.goto('/');
  const place = new Place(page);
  await place.signIn(ada.username, PASSWORD);
  await place.sees('Hello number 30');

  const parts = await Promise.all(
    loaded.map(async (response) => ({ url: response.url(), kind: response.request().resourceType(), bytes: gzipSync(await response.body()).length })),
  );
  const code = parts.filter(({ kind }) => kind === 'script' || kind === 'stylesheet' || kind === 'document');
  const sum = (some) => some.reduce((total, { bytes }) => total + bytes, 0);
  assert.ok(code.length >= 3, 'the page, its script and its style');
  assert.ok(sum(code) <= FIRST_LOAD_BYTES, `scripts and styles are ${sum(code)} bytes`);
  assert.ok(sum(parts) <= FIRST_LOAD_BYTES, `all of it is ${sum(parts)} bytes: ${JSON.stringify(parts)}`);
  t.diagnostic(`first load: ${sum(code)} bytes of code, ${sum(parts)} of everything`);
});

test('75: what is sent over the network is compressed and kept by the browser', async (t) => {
  const world = await openWorld(t);
  const page = await (await world.browser()).newPage();
  const scripts = [];
  page.on('response', (response) => void (/\/assets\/.*\.(?:js|css)$/u.test(response.url()) && scripts.push(response)));
  await page.goto('/');
  await page.getByRole('button', { name: 'Create account' }).waitFor();
  assert.ok(scripts.length >= 2);
  for (const response of scripts) {
    const headers = await response.allHeaders();
    assert.match(headers['content-encoding'] ?? 'none', /^(?:gzip|br|zstd)$/u, response.url());
    assert.match(headers['cache-control'], /immutable/u, response.url());
  }
});
