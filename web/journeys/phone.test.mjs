/** Checklist 72: the same conversation under a thumb. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from './world.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const TARGET = 44;

async function onThePhone(t) {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const lobby = await ada.lobby();
  await ben.says(lobby, 'Are you coming?');
  await ada.says(lobby, 'On my way');
  await ben.says(await ben.directWith(ada), 'Only for you');
  return { world, ada, ben, lobby, place: await world.open(ada, PHONE) };
}

/**
 * Controls that a finger cannot hit: whatever is smaller than 44 px, unless the space around it counts as well.
 * Links within text are as large as their text.
 */
function tooSmall(page) {
  return page.evaluate((target) => {
    const reach = target / 2 - 1;
    const faults = [];
    for (const control of document.querySelectorAll('button, a, input, textarea, [role="option"], [role^="menuitem"]')) {
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || control.closest('[inert], .visually-hidden, .body') || control.matches('.visually-hidden, [aria-hidden="true"]')) continue;
      const box = control.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) continue;
      const top = document.elementFromPoint(x, y);
      if (top === null || !(control.contains(top) || top.contains(control))) continue;
      const hits = (dx, dy) => {
        const hit = document.elementFromPoint(x + dx, y + dy);
        return hit !== null && (control.contains(hit) || hit.closest('label')?.control === control);
      };
      const wide = box.width >= target || (hits(-reach, 0) && hits(reach, 0));
      const high = box.height >= target || (hits(0, -reach) && hits(0, reach));
      if (!wide || !high) faults.push(`${control.getAttribute('aria-label') ?? control.textContent.trim()}: ${Math.round(box.width)}×${Math.round(box.height)}`);
    }
    return faults;
  }, TARGET);
}

test('72: one pane at a time: the list of rooms is a sheet that opens, chooses and closes', async (t) => {
  const { place } = await onThePhone(t);
  const sheet = place.page.getByRole('complementary', { name: 'Rooms and people' });
  assert.ok(!(await sheet.isVisible()));
  assert.ok((await place.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  const open = place.page.getByRole('button', { name: 'Open the list of rooms' });
  await open.tap();
  await sheet.waitFor();
  await place.rooms.getByRole('button', { name: /ben.*1 unread/ }).tap();
  await place.page.getByRole('heading', { level: 1, name: 'ben' }).waitFor();
  await sheet.waitFor({ state: 'hidden' });
  await place.sees('Only for you');

  await open.tap();
  await sheet.waitFor();
  await place.page.getByRole('button', { name: 'Close the list of rooms' }).tap({ position: { x: 380, y: 400 } });
  await sheet.waitFor({ state: 'hidden' });
});

test('72: every target is at least 44 px, and fields do not make the page zoom', async (t) => {
  const { world, place } = await onThePhone(t);
  const found = {};
  const look = async (name, page = place.page) => {
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));
    const faults = await tooSmall(page);
    if (faults.length > 0) found[name] = faults;
  };
  await place.composer.fill('something');
  await look('conversation');
  await place.page.getByRole('button', { name: 'Open the list of rooms' }).tap();
  await place.page.getByRole('complementary', { name: 'Rooms and people' }).waitFor();
  await look('rooms');
  await place.page.getByRole('button', { name: 'Your account' }).tap();
  await look('account menu');
  await place.page.getByRole('menuitem', { name: 'Settings and sessions' }).tap();
  await place.page.getByText('This device').waitFor();
  await look('settings');
  await place.page.keyboard.press('Escape');

  const stranger = await (await world.browser(PHONE)).newPage();
  await stranger.goto('/');
  await stranger.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await look('sign-in', stranger);
  assert.deepEqual(found, {});

  const small = await Promise.all(
    [place.page, stranger].map((page) =>
      page.evaluate(() => [...document.querySelectorAll('input:not(.visually-hidden), textarea')].filter((field) => parseFloat(getComputedStyle(field).fontSize) < 16).map((field) => field.name)),
    ),
  );
  assert.deepEqual(small.flat(), []);
});

test('72: a long press opens the menu of a message, and lifting the finger presses nothing in it', async (t) => {
  const { place } = await onThePhone(t);
  const box = await place.message('On my way').locator('.bubble').boundingBox();
  const finger = await place.page.context().newCDPSession(place.page);
  const point = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
  const menu = place.page.getByRole('dialog', { name: 'ada' });
  await menu.waitFor();
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  for (const name of ['Copy text', 'Edit', 'Delete']) await menu.getByRole('button', { name }).waitFor();
  await menu.getByRole('button', { name: 'Edit' }).tap();
  await place.page.getByText('Editing a message').waitFor();
  assert.equal(await place.composer.inputValue(), 'On my way');
});

test('72: the composer stays in view when the space gets small', async (t) => {
  const { place } = await onThePhone(t);
  await place.composer.tap();
  await place.page.setViewportSize({ width: 390, height: 420 });
  await place.until(() => innerHeight === 420);
  await place.rests();
  const box = await place.composer.boundingBox();
  assert.ok(box.y + box.height <= 420, `the composer ends at ${box.y + box.height}`);
  await place.isAtBottom();
});
