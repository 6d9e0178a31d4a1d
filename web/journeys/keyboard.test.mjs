/** Checklist 67 to 69: everything by keyboard, and what a screen reader is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from './world.mjs';

async function threePeople(t) {
  const world = await openWorld(t);
  const [ada, ben, cleo] = [await world.person('ada'), await world.person('ben'), await world.person('cleo')];
  return { world, ada, ben, cleo };
}

test('67: Ctrl+K opens the switcher: the unread come first, letters narrow it, Enter opens, Esc gives the focus back', async (t) => {
  const { world, ada, ben, cleo } = await threePeople(t);
  await ada.directWith(ben);
  await cleo.says(await cleo.directWith(ada), 'For you');
  const place = await world.open(ada);
  await place.rooms.getByRole('button', { name: /cleo.*1 unread/ }).waitFor();
  await place.composer.focus();
  await place.page.keyboard.press('Control+k');
  const switcher = place.page.getByRole('dialog', { name: 'Go to a room or a person' });
  const options = switcher.getByRole('option');
  await switcher.getByRole('combobox').waitFor();
  assert.match(await options.first().innerText(), /cleo/);
  await place.page.keyboard.press('Escape');
  await switcher.waitFor({ state: 'detached' });
  await place.until(() => document.activeElement?.tagName === 'TEXTAREA');

  await place.page.keyboard.press('Control+k');
  await place.page.keyboard.type('bn');
  await options.filter({ hasText: 'ben' }).first().waitFor();
  assert.equal(await options.filter({ hasText: 'cleo' }).count(), 0);
  await place.page.keyboard.press('Enter');
  await place.page.getByRole('heading', { level: 1, name: 'ben' }).waitFor();
  await switcher.waitFor({ state: 'detached' });

  await place.page.keyboard.press('Control+k');
  await place.page.keyboard.type('nobody of that name');
  await switcher.getByText('Nothing here is called').waitFor();
});

test('67: the switcher begins a conversation with somebody new', async (t) => {
  const { world, ada, cleo } = await threePeople(t);
  const place = await world.open(ada);
  await place.page.getByRole('button', { name: 'New direct message' }).click();
  await place.page.keyboard.type('cleo');
  await place.page.getByRole('option', { name: /cleo/ }).first().click();
  await place.page.getByRole('heading', { level: 1, name: 'cleo' }).waitFor();
  await place.say('Hello for the first time');
  await place.delivered('Hello for the first time');
  assert.deepEqual(await cleo.bodies(await cleo.directWith(ada)), ['Hello for the first time']);
});

test('67: Alt+↓ and Alt+↑ go from room to room, also while writing', async (t) => {
  const { world, ada, ben } = await threePeople(t);
  await ada.directWith(ben);
  const place = await world.open(ada);
  await place.rooms.getByRole('button', { name: 'ben' }).waitFor();
  await place.composer.fill('in the middle of');
  await place.page.keyboard.press('Alt+ArrowDown');
  await place.page.getByRole('heading', { level: 1, name: 'ben' }).waitFor();
  await place.page.keyboard.press('Alt+ArrowUp');
  await place.page.getByRole('heading', { level: 1, name: 'Lobby' }).waitFor();
  assert.equal(await place.composer.inputValue(), 'in the middle of');
});

test('68: only new messages of others are announced; history, edits and own words are silent', async (t) => {
  const { world, ada, ben } = await threePeople(t);
  const room = await ben.directWith(ada);
  const said = await ben.saysMany(room, 130, (number) => `Line ${number}.`);
  const place = await world.openDirect(ada, ben);
  await place.reachesBottom();
  assert.equal(await place.log.getAttribute('aria-live'), 'polite');
  assert.equal(await place.log.locator('> .content').getAttribute('aria-live'), 'off');
  await place.page.evaluate(() => {
    window.journeyHeard = [];
    new MutationObserver(() => {
      const text = document.querySelector('[data-announcements]').textContent;
      if (text !== '') window.journeyHeard.push(text);
    }).observe(document.querySelector('[data-announcements]'), { subtree: true, childList: true, characterData: true });
  });
  const heard = () => place.page.evaluate(() => window.journeyHeard);

  await place.log.evaluate((log) => {
    log.scrollTop = 0;
  });
  await place.until(() => document.querySelectorAll('[role="log"] article').length > 60);
  await ben.edits(said[129].id, 'Line 130, put better');
  await place.sees('put better');
  await place.say('My own words');
  await place.delivered('My own words');
  await ben.says(room, 'Listen to this');
  await place.until(() => window.journeyHeard.length > 0);
  assert.deepEqual(await heard(), ['ben: Listen to this']);

  await Promise.all([1, 2, 3, 4, 5].map((number) => ben.says(room, `Burst ${number}`)));
  await place.until(() => window.journeyHeard.length > 1);
  assert.deepEqual(await heard(), ['ben: Listen to this', '5 new messages']);
});

test('69: messages are reached by arrows, their toolbar by Enter, and the focus is never lost', async (t) => {
  const { world, ada } = await threePeople(t);
  const place = await world.open(ada);
  for (const text of ['One', 'Two', 'Three']) await place.say(text);
  await place.delivered('Three');
  const focused = () => place.page.evaluate(() => document.activeElement.closest('article')?.innerText.match(/One|Two|Three/u)?.[0] ?? document.activeElement.tagName);

  await place.composer.press('Shift+Tab');
  while ((await focused()) !== 'Three') await place.page.keyboard.press('Shift+Tab');
  await place.page.keyboard.press('ArrowUp');
  assert.equal(await focused(), 'Two');
  const outline = await place.message('Two').locator('.bubble').evaluate((bubble) => getComputedStyle(bubble).outlineStyle);
  assert.notEqual(outline, 'none');

  await place.page.keyboard.press('Enter');
  const toolbar = place.message('Two').getByRole('toolbar', { name: 'Message actions' });
  await place.until(() => document.activeElement.closest('[role="toolbar"]') !== null);
  for (const name of ['Edit', 'Delete']) await toolbar.getByRole('button', { name }).waitFor();
  await place.page.keyboard.press('Escape');
  assert.equal(await focused(), 'Two');

  await place.page.keyboard.press('Enter');
  await place.page.keyboard.press('ArrowLeft');
  await place.page.keyboard.press('Enter');
  const dialog = place.page.getByRole('dialog', { name: 'Delete this message?' });
  await dialog.getByRole('button', { name: 'Delete message' }).click();
  await place.message('Message deleted').waitFor();
  await place.until(() => document.activeElement !== document.body);
  assert.equal(await place.page.locator('main').getByText('Two', { exact: true }).count(), 0);
});
