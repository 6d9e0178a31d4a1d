/** Checklist 3.3: a message is there at once, arrives once, and is never lost silently. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frames } from './frames.mjs';
import { openWorld } from './world.mjs';

async function twoPeople(t) {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  return { world, ada, ben, room: await ada.directWith(ben) };
}

test('23: Enter shows the message as pending within 50 ms, and it is acknowledged in place', async (t) => {
  const { world, ada, ben } = await twoPeople(t);
  const place = await world.openDirect(ada, ben);
  await place.say('The first one warms everything up');
  await place.delivered('The first one warms everything up');
  await place.composer.fill('Straight away');
  const seen = await place.page.evaluate(async () => {
    const log = document.querySelector('[role="log"]');
    const find = () => [...log.querySelectorAll('article')].find((article) => article.textContent.includes('Straight away'));
    const states = [];
    let first;
    let shownAfter;
    const begun = performance.now();
    const acknowledged = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        const article = find();
        if (article === undefined) return;
        first ??= article;
        shownAfter ??= performance.now() - begun;
        if (states.at(-1) !== article.dataset.delivery) states.push(article.dataset.delivery);
        if (article.dataset.delivery !== 'sent') return;
        observer.disconnect();
        resolve();
      });
      observer.observe(log, { subtree: true, childList: true, attributes: true });
    });
    document.querySelector('textarea').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    await acknowledged;
    return { shownAfter, states, inPlace: find() === first, count: log.querySelectorAll('article').length };
  });
  assert.ok(seen.shownAfter < 50, `shown after ${seen.shownAfter} ms`);
  assert.deepEqual(seen.states, ['pending', 'sent']);
  assert.ok(seen.inPlace, 'the message was drawn anew when it was acknowledged');
  assert.equal(seen.count, 2);
});

test('23: twenty messages in a row keep their order and come once', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const mine = await world.openDirect(ada, ben);
  const theirs = await world.openDirect(ben, ada);
  const expected = Array.from({ length: 20 }, (_, index) => `Number ${index + 1}.`);
  for (const text of expected) await mine.say(text);
  await mine.delivered('Number 20.');
  await theirs.sees('Number 20.');
  assert.deepEqual(await mine.texts(), expected);
  assert.deepEqual(await theirs.texts(), expected);
  assert.deepEqual(await ada.bodies(room), expected);
});

test('24: what the server could not store is "Not sent", and Retry sends it under the same key', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const frames = new Frames();
  const place = await world.openDirect(ada, ben, { before: (page) => frames.stand(page) });
  frames.refuse('message_send', { code: 'internal', detail: 'Something went wrong.' });
  await place.say('Try me twice');
  const notSent = place.log.getByRole('group', { name: 'Not sent' });
  await notSent.waitFor();
  for (const name of ['Retry', 'Edit', 'Delete']) await notSent.getByRole('button', { name }).waitFor();
  assert.deepEqual(await ada.bodies(room), []);

  frames.letPass();
  await notSent.getByRole('button', { name: 'Retry' }).click();
  await place.delivered('Try me twice');
  const keys = frames.sent('message_send').map((frame) => frame.client_key);
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.deepEqual(await ada.bodies(room), ['Try me twice']);
});

test('24: a message that was not sent can be taken back into the composer, or thrown away', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const frames = new Frames();
  const place = await world.openDirect(ada, ben, { before: (page) => frames.stand(page) });
  frames.refuse('message_send', { code: 'internal', detail: 'Something went wrong.' });
  await place.say('Take me back');
  await place.message('Take me back').getByRole('button', { name: 'Edit' }).click();
  assert.equal(await place.composer.inputValue(), 'Take me back');
  assert.equal(await place.message('Take me back').count(), 0);

  await place.say('Throw me away');
  await place.message('Throw me away').getByRole('button', { name: 'Delete' }).click();
  await place.message('Throw me away').waitFor({ state: 'detached' });

  frames.letPass();
  await place.say('And on we go');
  await place.delivered('And on we go');
  assert.deepEqual(await ada.bodies(room), ['And on we go']);
});

test('24: when only the reply is lost, the retry gives one message', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const place = await world.openDirect(ada, ben);
  await place.say('Before');
  await place.delivered('Before');
  const watcher = await world.openDirect(ben, ada);
  world.wire.swallowAnswers();
  await place.say('Said once');
  await place.message('Said once').and(place.page.locator('[data-delivery="pending"]')).waitFor();
  await eventuallyStored(ada, room, 'Said once');
  world.wire.cut();
  world.wire.restore();
  await place.delivered('Said once');
  await place.say('After');
  await watcher.sees('After');
  const expected = ['Before', 'Said once', 'After'];
  assert.deepEqual(await place.texts(), expected);
  assert.deepEqual(await watcher.texts(), expected);
  assert.deepEqual(await ada.bodies(room), expected);
});

/** The page cannot hear of it, so the server is asked until it has the message. */
async function eventuallyStored(person, room, text) {
  while (!(await person.bodies(room)).includes(text));
}

test('25: without a connection the composer works, messages wait with a clock and go out in order', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const place = await world.openDirect(ada, ben);
  await place.say('Still here');
  await place.delivered('Still here');
  world.wire.cut();
  for (const text of ['One', 'Two', 'Three']) await place.say(text);
  await place.log.getByRole('img', { name: 'Waiting to be sent' }).nth(2).waitFor();
  await place.until(() => document.activeElement?.tagName === 'TEXTAREA');
  assert.deepEqual(await ada.bodies(room), ['Still here']);
  world.wire.restore();
  await place.delivered('Three');
  assert.deepEqual(await ada.bodies(room), ['Still here', 'One', 'Two', 'Three']);
  assert.deepEqual(await place.texts(), ['Still here', 'One', 'Two', 'Three']);
});

test('25: one refused message does not stop the next', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const frames = new Frames();
  const place = await world.openDirect(ada, ben, { before: (page) => frames.stand(page) });
  frames.refuse('message_send', { code: 'forbidden', detail: 'That word is not for here.' }, (frame) => frame.body === 'Two');
  for (const text of ['One', 'Two', 'Three']) await place.say(text);
  await place.delivered('Three');
  assert.deepEqual(await ada.bodies(room), ['One', 'Three']);
});

test('26: unsent messages survive a reload', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const frames = new Frames();
  const place = await world.openDirect(ada, ben, { before: (page) => frames.stand(page) });
  frames.ignore('message_send');
  for (const text of ['One', 'Two']) await place.say(text);
  await place.log.getByRole('img', { name: 'Waiting to be sent' }).nth(1).waitFor();
  await place.page.reload();
  frames.letPass();
  await place.settled();
  await place.openRoom('ben');
  await place.delivered('Two');
  assert.deepEqual(await ada.bodies(room), ['One', 'Two']);
  assert.deepEqual(await place.texts(), ['One', 'Two']);
});

test('27: what a rule refuses goes back into the composer with the reason', async (t) => {
  const { world, ada, ben, room } = await twoPeople(t);
  const frames = new Frames();
  const place = await world.openDirect(ada, ben, { before: (page) => frames.stand(page) });
  frames.refuse('message_send', { code: 'forbidden', detail: 'Links are not welcome here.' });
  await place.say('Look at https://example.org');
  const notice = place.page.getByRole('alert').filter({ hasText: 'Links are not welcome here.' });
  await notice.waitFor();
  assert.equal(await place.composer.inputValue(), 'Look at https://example.org');
  assert.equal(await place.log.getByRole('article').count(), 0);
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await notice.waitFor({ state: 'detached' });
  assert.deepEqual(await ada.bodies(room), []);
});
