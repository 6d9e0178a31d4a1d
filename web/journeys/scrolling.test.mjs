/** Checklist 3.1: the view shows the latest, follows it for those who look at it, and stays put for those who read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from './world.mjs';

/** Messages of very different heights. */
const uneven = (number) => `Line ${number}${number % 3 === 0 ? '\nwith a second one' : ''}${number % 7 === 0 ? ` ${'and a long end '.repeat(20)}` : ''}`;

/** ada's browser with `count` messages of ben in their conversation. */
async function conversation(t, count) {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const room = await ben.directWith(ada);
  await ben.saysMany(room, count, uneven);
  const place = await world.openDirect(ada, ben);
  return { world, ada, ben, room, place };
}

test('1: opening a room shows its last message whole', async (t) => {
  const { place } = await conversation(t, 60);
  await place.sees('Line 60');
  await place.reachesBottom();
  await place.isAtBottom();
});

test('3: at the bottom a new message comes into view; 400 px above nothing moves', async (t) => {
  const { ben, room, place } = await conversation(t, 60);
  await place.reachesBottom();
  await ben.says(room, 'Seen at once');
  await place.sees('Seen at once');
  await place.reachesBottom();
  await place.isAtBottom();

  await place.scrollUp(400);
  const reading = await place.reading();
  await ben.says(room, 'Heard from afar');
  await place.page.getByRole('button', { name: '1 new message' }).waitFor();
  await place.rests();
  await place.stillReads(reading);
});

test('3: within 100 px of the bottom still counts as the bottom', async (t) => {
  const { ben, room, place } = await conversation(t, 60);
  await place.reachesBottom();
  await place.scrollUp(60);
  await ben.says(room, 'Near enough');
  await place.sees('Near enough');
  await place.reachesBottom();
});

test('4: the pill counts what came, leads to the first of it, and another control to the latest', async (t) => {
  const { ben, room, place } = await conversation(t, 60);
  await place.reachesBottom();
  await place.scrollUp(900);
  await ben.saysMany(room, 30, (number) => `Fresh ${number}`);
  await place.page.getByRole('button', { name: '30 new messages' }).click();
  await place.rests();
  const first = await place.log.evaluate((log) => {
    const view = log.getBoundingClientRect();
    const article = [...log.querySelectorAll('article')].find((each) => each.textContent.includes('Fresh 1'));
    const { top, bottom } = article.getBoundingClientRect();
    return { above: top - view.top, below: view.bottom - bottom, height: view.height };
  });
  assert.ok(first.above >= 0 && first.above <= first.height / 2 && first.below >= 0, `the first new message stands at ${JSON.stringify(first)}`);

  await place.page.getByRole('button', { name: 'Jump to the latest' }).click();
  await place.reachesBottom();
  await place.page.getByRole('button', { name: 'Jump to the latest' }).waitFor({ state: 'detached' });
  await place.isAtBottom();
});

test('4: End goes to the latest', async (t) => {
  const { place } = await conversation(t, 60);
  await place.reachesBottom();
  await place.log.getByRole('article').last().focus();
  await place.scrollUp(700);
  await place.page.keyboard.press('End');
  await place.reachesBottom();
  await place.isAtBottom();
});

test('5: older pages come in above without moving what is read', async (t) => {
  const { place } = await conversation(t, 160);
  await place.reachesBottom();
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  let asked;
  const request = new Promise((resolve) => {
    asked = resolve;
  });
  await place.page.route(/messages\?.*before=/u, async (route) => {
    asked();
    await held;
    await route.continue();
  });
  await place.log.evaluate((log) => {
    log.scrollTop = 0;
  });
  await request;
  await place.rests();
  const reading = await place.reading();
  const before = await place.log.getByRole('article').count();
  release();
  await place.until((count) => document.querySelectorAll('[role="log"] article').length > count, before);
  await place.rests();
  await place.stillReads(reading);
});

test('8: sending while scrolled up goes to the latest and shows the own message', async (t) => {
  const { place } = await conversation(t, 60);
  await place.reachesBottom();
  await place.scrollUp(1200);
  await place.say('Here is what I think');
  await place.delivered('Here is what I think');
  await place.reachesBottom();
  await place.isAtBottom();
});

test('10: resizing the window keeps the bottom at the bottom', async (t) => {
  const { place } = await conversation(t, 60);
  await place.reachesBottom();
  for (const size of [
    { width: 1280, height: 480 },
    { width: 700, height: 800 },
    { width: 1280, height: 800 },
  ]) {
    await place.page.setViewportSize(size);
    await place.until(({ width }) => innerWidth === width, size);
    await place.rests();
    await place.isAtBottom();
  }
});

test('10: a composer that grows keeps the bottom at the bottom', async (t) => {
  const { place } = await conversation(t, 60);
  await place.reachesBottom();
  await place.composer.fill('one\ntwo\nthree\nfour\nfive\nsix');
  await place.rests();
  await place.isAtBottom();
});
