/** Checklist 3.3: cuts, what is said about them, and coming back as if nothing had happened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from './world.mjs';

async function twoPeople(t) {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  return { world, ada, ben, room: await ada.directWith(ben) };
}

/** The page's open socket to the server. */
const socketOf = (page) => page.waitForEvent('websocket');

test('28: a cut below 2 s is not shown; after that "Reconnecting…", a countdown and "Try now"', async (t) => {
  const { world, ada } = await twoPeople(t);
  let socket;
  const place = await world.open(ada, {
    before: async (page) => {
      await page.clock.install();
      socket = socketOf(page);
    },
  });
  await place.online.getByRole('button', { name: 'ada' }).waitFor();
  const closed = (await socket).waitForEvent('close');
  await place.page.clock.pauseAt(Date.now() + 60_000);
  world.wire.cut();
  await closed;
  await place.page.clock.runFor(1900);
  assert.equal(await place.status.innerText(), '');
  await place.page.clock.runFor(200);
  assert.notEqual(await place.status.innerText(), '');
  await place.page.clock.resume();

  await place.status.getByText(/Next try in \d+ s/u).waitFor();
  assert.equal(await place.status.evaluate((status) => status.querySelector('[aria-hidden] ~ .visually-hidden')?.textContent), 'No connection. Trying again soon.');
  world.wire.restore();
  await place.status.getByRole('button', { name: 'Try now' }).click();
  await place.until(() => document.querySelector('[role="status"]').textContent === '');
  await place.say('Back again');
  await place.delivered('Back again');
});

test('28: attempts come back sooner and later, never all the time', async (t) => {
  const { world, ada } = await twoPeople(t);
  const place = await world.open(ada, { before: (page) => page.clock.install() });
  await place.online.getByRole('button', { name: 'ada' }).waitFor();
  await place.page.clock.pauseAt(Date.now() + 60_000);
  world.wire.cut();
  const before = world.wire.connections;
  for (let second = 0; second < 120; second += 1) await place.page.clock.runFor(1000);
  const attempts = world.wire.connections - before;
  assert.ok(attempts >= 3 && attempts <= 30, `${attempts} attempts in two minutes`);
});

test('28: the event "online" brings an attempt at once', async (t) => {
  const { world, ada } = await twoPeople(t);
  const place = await world.open(ada);
  await place.online.getByRole('button', { name: 'ada' }).waitFor();
  await place.page.context().setOffline(true);
  world.wire.cut();
  await place.status.getByText('You are offline').waitFor();
  world.wire.restore();
  await place.page.context().setOffline(false);
  await place.until(() => document.querySelector('[role="status"]').textContent === '');
});

/** The network is there again, as the browser tells its pages: nobody waits for the next attempt. */
const wake = (place) => place.page.evaluate(() => void window.dispatchEvent(new Event('online')));

/** Every message from the beginning on: its number, author, text and whether it was edited. */
async function wholeLog(place) {
  const found = new Map();
  const collect = async () => {
    const articles = await place.log.getByRole('article').evaluateAll((all) =>
      all.map((article) => {
        const bubble = article.querySelector('[data-seq]');
        const edited = [...article.querySelectorAll('.meta span')].some((span) => span.textContent === '(edited)');
        return { seq: Number(bubble.dataset.seq), name: article.getAttribute('aria-label'), text: bubble.innerText, edited };
      }),
    );
    for (const { seq, ...article } of articles) found.set(seq, article);
  };
  await place.reachesBottom();
  await collect();
  while (!(await place.page.getByRole('heading', { name: /^Beginning of/ }).isVisible())) {
    const first = await place.log.getByRole('article').first().getAttribute('data-key');
    await place.log.evaluate((log) => {
      log.scrollTop = 0;
    });
    await place.until((key) => document.querySelector('[role="log"] article')?.dataset.key !== key || document.querySelector('[role="log"] h2'), first);
    await place.rests();
    await collect();
  }
  return [...found.entries()].sort(([a], [b]) => a - b);
}

test('29: after a cut of 500 messages, 20 edits and 10 deletions the page equals a fresh one', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const early = await ben.saysMany(room, 40, (number) => `Early ${number}`);
  const place = await world.openDirect(ada, ben);
  await place.sees('Early 40');
  await place.composer.fill('Kept while away');
  world.wire.cut();
  const late = await ben.saysMany(room, 500, (number) => `Late ${number}`);
  const changed = [...early.slice(10, 20), ...late.slice(0, 10)];
  for (const message of changed) await ben.edits(message.id, `${message.body}, put better`);
  for (const message of [...early.slice(0, 5), ...late.slice(300, 305)]) await ben.deletes(message.id);
  world.wire.restore();
  await wake(place);
  await place.sees('Late 500');
  assert.equal(await place.composer.inputValue(), 'Kept while away');

  const fresh = await world.openDirect(ada, ben);
  await fresh.sees('Late 500');
  const [resumed, loaded] = [await wholeLog(place), await wholeLog(fresh)];
  assert.equal(loaded.length, 540);
  assert.deepEqual(resumed, loaded);
});

test('29: when too much was missed the room is loaded again, saying so, and the composer keeps its text', async (t) => {
  const world = await openWorld(t, { settings: ['limits.resume_per_room=20'] });
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const room = await ada.directWith(ben);
  await ben.saysMany(room, 10, (number) => `Early ${number}`);
  const place = await world.openDirect(ada, ben);
  await place.sees('Early 10');
  await place.composer.fill('Kept while away');
  world.wire.cut();
  await ben.saysMany(room, 120, (number) => `Late ${number}`);
  world.wire.restore();
  await wake(place);
  await place.sees('Late 120');
  await place.page.getByText('this conversation was loaded again').waitFor();
  await place.reachesBottom();
  assert.equal(await place.composer.inputValue(), 'Kept while away');
  await ben.says(room, 'And on');
  await place.sees('And on');
  const texts = await place.texts();
  assert.equal(new Set(texts).size, texts.length);
});

test('a server killed in the middle of a conversation loses nothing, and pages recover by themselves', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const mine = await world.openDirect(ada, ben);
  const theirs = await world.openDirect(ben, ada);
  const said = [];
  for (let number = 1; number <= 10; number += 1) {
    said.push(`Before ${number}.`);
    await mine.say(`Before ${number}.`);
  }
  await mine.delivered('Before 3.');
  await world.server.kill();
  for (const text of ['During, by ada', 'More, by ada']) {
    said.push(text);
    await mine.say(text);
  }
  await world.server.restart();
  await mine.delivered('More, by ada');
  await theirs.sees('More, by ada');
  await theirs.say('After, by ben');
  said.push('After, by ben');
  await mine.sees('After, by ben');
  await theirs.delivered('After, by ben');
  assert.deepEqual(await ada.bodies(room), said);
  assert.deepEqual(await mine.texts(), said);
  assert.deepEqual(await theirs.texts(), said);
  assert.equal(await mine.page.getByRole('dialog').count(), 0);
});
