/** Checklist 32 and 37: what is being written is never lost, and two tabs of one person agree. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Place } from './place.mjs';
import { openWorld } from './world.mjs';

async function twoPeople(t) {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  return { world, ada, ben, room: await ada.directWith(ben) };
}

/** A second tab of the browser that `place` is in. */
async function anotherTab(place) {
  const tab = new Place(await place.page.context().newPage());
  await tab.page.goto('/');
  await tab.settled();
  return tab;
}

test('37: a draft survives other rooms and reloads, with a pencil in the list, until it is sent', async (t) => {
  const { world, ada } = await twoPeople(t);
  const place = await world.open(ada);
  await place.composer.fill('Half a thou');
  const pencil = place.rooms.getByRole('button', { name: /Lobby.*Draft/ });
  assert.equal(await pencil.count(), 0);
  await place.openRoom('ben');
  await pencil.waitFor();
  assert.equal(await place.composer.inputValue(), '');
  await place.composer.fill('For ben only');

  await place.page.reload();
  await place.settled();
  await place.openRoom('Lobby');
  assert.equal(await place.composer.inputValue(), 'Half a thou');
  await place.openRoom('ben');
  assert.equal(await place.composer.inputValue(), 'For ben only');

  await place.composer.press('Enter');
  await place.delivered('For ben only');
  await place.openRoom('Lobby');
  await place.composer.fill('');
  await place.page.reload();
  await place.settled();
  assert.equal(await place.composer.inputValue(), '');
  await place.openRoom('ben');
  assert.equal(await place.composer.inputValue(), '');
  assert.equal(await place.rooms.getByText('Draft').count(), 0);
});

test('37: a draft is saved within 500 ms, not only when the page goes', async (t) => {
  const { world, ada } = await twoPeople(t);
  const place = await world.open(ada);
  const saved = place.page.evaluate(
    () =>
      new Promise((resolve) => {
        let typedAt;
        document.querySelector('textarea').addEventListener('input', () => (typedAt ??= performance.now()));
        const look = () => {
          if (Object.values(localStorage).includes('Saved soon')) resolve(performance.now() - typedAt);
          else setTimeout(look, 5);
        };
        look();
      }),
  );
  await place.composer.fill('Saved soon');
  assert.ok((await saved) <= 500, `saved after ${await saved} ms`);
});

test('32: a draft follows between tabs without touching the field that is being typed into', async (t) => {
  const { world, ada } = await twoPeople(t);
  const first = await world.open(ada);
  const second = await anotherTab(first);
  await first.composer.fill('Begun in one tab');
  await second.until(() => document.querySelector('textarea').value === 'Begun in one tab');
  await second.composer.press('Enter');
  await second.delivered('Begun in one tab');
  await first.delivered('Begun in one tab');
  await first.until(() => document.querySelector('textarea').value === '');

  await first.composer.fill('The middle is missing');
  await second.until(() => document.querySelector('textarea').value === 'The middle is missing');
  await first.composer.evaluate((field) => field.setSelectionRange(3, 3));
  await first.composer.pressSequentially(' very');
  await second.until(() => document.querySelector('textarea').value === 'The very middle is missing');
  assert.equal(await first.composer.evaluate((field) => field.selectionStart), 8);
});

test('32: two tabs of one person show the same messages once, and reading in one clears the other', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const first = await world.open(ada);
  const second = await anotherTab(first);
  await ben.saysMany(room, 3, (number) => `Psst ${number}`);
  const badge = (place) => place.rooms.getByRole('button', { name: /ben.*3 unread/ });
  await badge(first).waitFor();
  await badge(second).waitFor();
  await second.page.waitForFunction(() => document.title.startsWith('(3)'));

  await first.page.bringToFront();
  await first.openRoom('ben');
  await badge(second).waitFor({ state: 'detached' });
  await second.page.waitForFunction(() => !document.title.startsWith('('));

  await first.say('Heard you');
  await first.delivered('Heard you');
  await second.openRoom('ben');
  await second.sees('Heard you');
  const expected = ['Psst 1', 'Psst 2', 'Psst 3', 'Heard you'];
  assert.deepEqual(await first.texts(), expected);
  assert.deepEqual(await second.texts(), expected);
  assert.equal(await second.online.getByRole('listitem').count(), 1);
});

test('signing out in one tab signs the other out too', async (t) => {
  const { world, ada } = await twoPeople(t);
  const first = await world.open(ada);
  const second = await anotherTab(first);
  await first.page.getByRole('button', { name: 'Your account' }).click();
  await first.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await second.page.getByRole('heading', { name: 'Welcome back' }).waitFor();
});
