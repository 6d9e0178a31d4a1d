/** Checklist 3.1: how the past loads, begins, fails and stays small. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from './world.mjs';

const OLDER = /messages\?.*before=/u;

async function conversation(t, count) {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const room = await ben.directWith(ada);
  await ben.saysMany(room, count, (number) => `Line ${number}`);
  return { world, ada, ben, room };
}

const toTop = (place) =>
  place.log.evaluate((log) => {
    log.scrollTop = 0;
  });

/** Up to the first message, the way one who keeps scrolling gets there. */
async function toBeginning(place, eachStep = async () => undefined) {
  const beginning = place.page.getByRole('heading', { name: /^Beginning of/ });
  while (!(await beginning.isVisible())) {
    const first = await place.log.getByRole('article').first().getAttribute('data-key');
    await toTop(place);
    await place.until((key) => document.querySelector('[role="log"] article')?.dataset.key !== key || document.querySelector('[role="log"] h2'), first);
    await place.rests();
    await eachStep();
  }
  await toTop(place);
  await place.rests();
}

test('9, 13: the way back to the beginning keeps the page small, and there nothing more is asked for', async (t) => {
  const { world, ada, ben, room } = await conversation(t, 420);
  const place = await world.openDirect(ada, ben);
  await place.reachesBottom();
  const asked = [];
  place.page.on('request', (request) => {
    if (OLDER.test(request.url())) asked.push(request.url());
  });
  await toBeginning(place, async () => {
    const count = await place.log.getByRole('article').count();
    assert.ok(count < 400, `${count} messages are in the page`);
  });
  await place.sees('Line 1');
  assert.equal(new Set(asked).size, asked.length, 'a page was asked for twice');
  const until = asked.length;

  await place.page.mouse.wheel(0, 300);
  await toTop(place);
  await place.rests();
  await ben.says(room, 'Meanwhile');
  await place.page.getByRole('button', { name: '1 new message' }).waitFor();
  assert.equal(asked.length, until, 'something was asked for beyond the beginning');

  await place.page.getByRole('button', { name: 'Jump to the latest' }).click();
  await place.sees('Meanwhile');
  await place.reachesBottom();
});

test('13: an empty room is its own beginning and asks for nothing older', async (t) => {
  const world = await openWorld(t);
  const ada = await world.person('ada');
  const asked = [];
  const place = await world.open(ada, {
    before: (page) => page.on('request', (request) => void (OLDER.test(request.url()) && asked.push(request.url()))),
  });
  await place.page.getByRole('heading', { name: 'Beginning of Lobby' }).waitFor();
  await place.say('First');
  await place.delivered('First');
  assert.deepEqual(asked, []);
});

test('14: a page that fails offers to try again, in place', async (t) => {
  const { world, ada, ben } = await conversation(t, 130);
  const place = await world.openDirect(ada, ben);
  await place.reachesBottom();
  await place.page.route(OLDER, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{}' }));
  await toTop(place);
  const again = place.log.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  await toTop(place);
  await place.rests();
  const reading = await place.reading();
  await place.page.unroute(OLDER);
  await again.click();
  await again.waitFor({ state: 'detached' });
  await place.rests();
  await place.stillReads(reading);
  await toBeginning(place);
  await place.sees('Line 1');
});

test('14: a room that cannot be loaded says so and is loaded on a second try', async (t) => {
  const { world, ada, ben } = await conversation(t, 3);
  await ada.directWith(ben);
  const place = await world.open(ada);
  const newest = /messages(?:\?(?!.*before=).*)?$/u;
  await place.page.route(newest, (route) => route.abort());
  await place.rooms.getByRole('button', { name: /ben/ }).click();
  const again = place.log.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  await place.page.unroute(newest);
  await again.click();
  await place.sees('Line 3');
});

test('14: what stands in for messages shows itself only after 200 ms', async (t) => {
  const { world, ada, ben } = await conversation(t, 3);
  await ada.directWith(ben);
  const place = await world.open(ada);
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await place.page.route(/messages/u, async (route) => {
    await held;
    await route.continue();
  });
  const unseenFor = place.page.evaluate(
    () =>
      new Promise((resolve) => {
        let since;
        const look = () => {
          const skeleton = document.querySelector('[role="log"] [role="img"][aria-label="Loading"]');
          if (skeleton !== null) since ??= performance.now();
          if (skeleton !== null && Number(getComputedStyle(skeleton).opacity) > 0) resolve(performance.now() - since);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  await place.rooms.getByRole('button', { name: /ben/ }).click();
  assert.ok((await unseenFor) >= 190, `seen after ${await unseenFor} ms`);
  release();
  await place.sees('Line 3');
});
