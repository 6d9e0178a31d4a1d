/** Checklist 70: axe finds nothing serious in any place, in light and dark; large text and narrow windows work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import { PASSWORD } from './person.mjs';
import { Place } from './place.mjs';
import { openWorld } from './world.mjs';

/** Serious and critical findings, in words. */
async function findings(page) {
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html} (${node.any.map((check) => check.message).join('; ')})`));
}

/** ada's browser after a conversation with everything in it that a message can hold. */
async function livedIn(t, options) {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const lobby = await ada.lobby();
  await ben.says(lobby, 'Good morning! **Bold**, *italic*, ~~gone~~, `code` and https://example.org');
  await ben.says(lobby, '> a quote\n\n- one\n- two\n\n```rust\nfn main() {}\n```');
  const wrong = await ben.says(lobby, 'Something wrong');
  await ben.deletes(wrong.id);
  const mine = await ada.says(lobby, 'My answer with a [link](https://example.org) and `code`');
  await ada.edits(mine.id, 'My better answer with a [link](https://example.org) and `code`');
  await ben.says(await ben.directWith(ada), 'Only for you');
  return { world, ada, ben, place: await world.open(ada, options) };
}

/** Opens each place in turn. */
const PLACES = {
  conversation: async (place) => place.sees('My better answer'),
  'conversation, a message with its toolbar': async (place) => {
    await place.message('My better answer').hover();
    await place.page.getByRole('toolbar').waitFor();
  },
  'direct message': async (place) => place.openRoom('ben'),
  switcher: async (place) => {
    await place.page.keyboard.press('Control+k');
    await place.page.getByRole('combobox').waitFor();
  },
  'account menu': async (place) => {
    await place.page.keyboard.press('Escape');
    await place.page.getByRole('button', { name: 'Your account' }).click();
    await place.page.getByRole('menu').waitFor();
  },
  settings: async (place) => {
    await place.page.getByRole('menuitem', { name: 'Settings and sessions' }).click();
    await place.page.getByText('This device').waitFor();
  },
  profile: async (place) => {
    await place.page.keyboard.press('Escape');
    await place.online.getByRole('button').first().click();
    await place.page.getByRole('complementary', { name: 'Profile' }).waitFor();
  },
};

for (const colorScheme of ['light', 'dark']) {
  test(`70: axe has nothing serious to say at the entrance, ${colorScheme}`, async (t) => {
    const world = await openWorld(t);
    const page = await (await world.browser({ colorScheme })).newPage();
    await page.goto('/');
    await page.getByRole('heading', { name: 'Welcome to your ChatterBox' }).waitFor();
    assert.deepEqual(await findings(page), [], 'first run');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('abc');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
    assert.deepEqual(await findings(page), [], 'sign-up with problems');
    await page.getByRole('link', { name: 'Sign in instead' }).click();
    await page.getByRole('textbox', { name: 'Username or e-mail' }).fill('nobody');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').waitFor();
    assert.deepEqual(await findings(page), [], 'sign-in with a problem');
  });

  test(`70: axe has nothing serious to say inside, ${colorScheme}`, async (t) => {
    const { place } = await livedIn(t, { colorScheme });
    const found = {};
    for (const [name, open] of Object.entries(PLACES)) {
      await open(place);
      const each = await findings(place.page);
      if (each.length > 0) found[name] = each;
    }
    assert.deepEqual(found, {});
  });
}

/** What sticks out to the side of the window. */
const sidewaysScroll = (page) => page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth);

test('70: nothing scrolls sideways in a window 320 px wide', async (t) => {
  const { world, place } = await livedIn(t, { viewport: { width: 320, height: 640 } });
  await place.sees('My better answer');
  assert.ok((await sidewaysScroll(place.page)) <= 0, 'conversation');
  assert.equal(await place.log.evaluate((log) => log.scrollWidth - log.clientWidth), 0);
  await place.page.getByRole('button', { name: 'Open the list of rooms' }).click();
  await place.page.getByRole('button', { name: 'Your account' }).click();
  await place.page.getByRole('menuitem', { name: 'Settings and sessions' }).click();
  const settings = place.page.getByRole('dialog', { name: 'Settings' });
  await settings.getByText('This device').waitFor();
  assert.ok((await sidewaysScroll(place.page)) <= 0, 'settings');
  assert.ok((await settings.evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)) <= 0, 'inside the settings');

  const stranger = await (await world.browser({ viewport: { width: 320, height: 640 } })).newPage();
  for (const hash of ['#/sign-in', '#/sign-up']) {
    await stranger.goto(`/${hash}`);
    await stranger.getByRole('textbox', { name: 'Password', exact: true }).waitFor();
    assert.ok((await sidewaysScroll(stranger)) <= 0, hash);
  }
});

test('70: text at 200 % stays readable and usable', async (t) => {
  const { place } = await livedIn(t);
  await place.page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  await place.sees('My better answer');
  assert.ok((await sidewaysScroll(place.page)) <= 0);
  const size = await place.message('My better answer').locator('.body').evaluate((body) => parseFloat(getComputedStyle(body).fontSize));
  assert.ok(size >= 28, `message text is ${size} px`);
  const cut = await place.page.evaluate(() =>
    [...document.querySelectorAll('button, h1, label, .body p')]
      .filter((element) => element.checkVisibility() && element.scrollHeight > element.clientHeight + 3 && getComputedStyle(element).overflowY === 'hidden')
      .map((element) => element.textContent.trim()),
  );
  assert.deepEqual(cut, [], 'text is cut off');
  await place.say('Large words');
  await place.delivered('Large words');
});

test('70: signing in, writing and signing out work with the keyboard alone', async (t) => {
  const world = await openWorld(t);
  await world.person('ada');
  const page = await (await world.browser()).newPage();
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Username or e-mail' }).waitFor();
  const reach = async (matches) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await page.evaluate(matches)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab never reached ${matches}`);
  };
  await reach(() => document.activeElement.getAttribute('autocomplete') === 'username');
  await page.keyboard.type('ada');
  await reach(() => document.activeElement.getAttribute('autocomplete') === 'current-password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  const place = new Place(page);
  await place.settled();
  await page.keyboard.type('By hand');
  await page.keyboard.press('Enter');
  await place.delivered('By hand');
  await reach(() => document.activeElement.getAttribute('aria-haspopup') === 'menu');
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
});
