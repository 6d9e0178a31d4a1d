/** Checklist 3.4: writing, editing, and what the keys do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frames } from './frames.mjs';
import { openWorld } from './world.mjs';

async function alone(t, options) {
  const world = await openWorld(t);
  const ada = await world.person('ada');
  return { world, ada, room: await ada.lobby(), place: await world.open(ada, options) };
}

test('34: Enter sends, Shift+Enter breaks the line, and the focus stays', async (t) => {
  const { ada, room, place } = await alone(t);
  await place.composer.pressSequentially('first');
  await place.composer.press('Shift+Enter');
  await place.composer.pressSequentially('second');
  assert.equal(await place.composer.inputValue(), 'first\nsecond');
  await place.composer.press('Enter');
  await place.delivered('first');
  assert.deepEqual(await ada.bodies(room), ['first\nsecond']);
  assert.equal(await place.composer.inputValue(), '');
  await place.until(() => document.activeElement?.getAttribute('aria-label') === 'Message');
});

test('34: a setting swaps to Ctrl+Enter and is kept', async (t) => {
  const { ada, room, place } = await alone(t);
  await place.page.getByRole('button', { name: 'Your account' }).click();
  await place.page.getByRole('menuitemcheckbox', { name: 'Enter sends' }).click();
  await place.page.keyboard.press('Escape');
  await place.page.reload();
  await place.settled();
  await place.composer.fill('one');
  await place.composer.press('Enter');
  await place.composer.pressSequentially('two');
  assert.equal(await place.composer.inputValue(), 'one\ntwo');
  await place.composer.press('Control+Enter');
  await place.delivered('one');
  assert.deepEqual(await ada.bodies(room), ['one\ntwo']);
});

test('34: on a touch device Enter breaks and the button sends', async (t) => {
  const { place } = await alone(t, { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  await place.composer.fill('one');
  await place.composer.press('Enter');
  assert.equal(await place.composer.inputValue(), 'one\n');
  await place.composer.pressSequentially('two');
  await place.send.tap();
  await place.delivered('one');
});

test('35: Enter that ends a composition never sends', async (t) => {
  const { ada, room, place } = await alone(t);
  await place.composer.fill('にほんご');
  const swallowed = await place.composer.evaluate((field) => {
    const enter = (facts) => {
      const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...facts });
      field.dispatchEvent(event);
      return event.defaultPrevented;
    };
    field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
    const during = enter({ isComposing: true });
    const byCode = enter({ keyCode: 229 });
    // Safari ends the composition first and sends the keydown after it.
    field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
    const late = enter({});
    return [during, byCode, late];
  });
  assert.deepEqual(swallowed, [false, false, false]);
  assert.equal(await place.composer.inputValue(), 'にほんご');

  const ended = await place.page.evaluate(() => performance.now());
  await place.until((since) => performance.now() > since + 100, ended);
  await place.composer.press('Enter');
  await place.delivered('にほんご');
  assert.deepEqual(await ada.bodies(room), ['にほんご']);
});

test('36: the composer grows to 40 % of the height, then scrolls, and shrinks after sending', async (t) => {
  const { place } = await alone(t);
  const height = () => place.composer.evaluate((field) => field.getBoundingClientRect().height);
  const resting = await height();
  await place.composer.fill('two\nlines');
  assert.ok((await height()) > resting);
  await place.composer.fill('line\n'.repeat(60));
  const { tall, scrolls } = await place.composer.evaluate((field) => ({
    tall: field.getBoundingClientRect().height / innerHeight,
    scrolls: field.scrollHeight > field.clientHeight,
  }));
  assert.ok(tall > 0.3 && tall <= 0.401, `${tall} of the height`);
  assert.ok(scrolls);
  await place.composer.press('Enter');
  await place.delivered('line');
  assert.equal(await height(), resting);
});

test('36: typing anywhere goes into the composer', async (t) => {
  const { place } = await alone(t);
  await place.page.getByRole('heading', { level: 1 }).click();
  await place.composer.blur();
  await place.page.keyboard.type('out of nowhere');
  assert.equal(await place.composer.inputValue(), 'out of nowhere');
});

test('38: ↑ in the empty composer edits the own last message; unchanged text sends no edit; Esc cancels', async (t) => {
  const frames = new Frames();
  const { ada, room, place } = await alone(t, { before: (page) => frames.stand(page) });
  await place.say('The first');
  await place.say('The last');
  await place.delivered('The last');

  await place.composer.fill('some text');
  await place.composer.press('ArrowUp');
  assert.equal(await place.composer.inputValue(), 'some text');
  await place.composer.fill('');

  await place.composer.press('ArrowUp');
  await place.page.getByText('Editing a message').waitFor();
  assert.equal(await place.composer.inputValue(), 'The last');
  await place.composer.fill('The last, but not this');
  await place.composer.press('Escape');
  await place.page.getByText('Editing a message').waitFor({ state: 'detached' });
  assert.equal(await place.composer.inputValue(), '');

  await place.composer.press('ArrowUp');
  await place.composer.press('Enter');
  await place.page.getByText('Editing a message').waitFor({ state: 'detached' });
  assert.equal(frames.sent('message_edit').length, 0);

  await place.composer.press('ArrowUp');
  await place.composer.fill('The very last');
  await place.composer.press('Enter');
  await place.sees('The very last');
  await place.message('The very last').getByText('(edited)').waitFor();
  assert.deepEqual(await ada.bodies(room), ['The first', 'The very last']);
  assert.equal(frames.sent('message_edit').length, 1);
});

test('39: an edit by somebody else is marked and moves nothing', async (t) => {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const room = await ben.directWith(ada);
  const said = await ben.saysMany(room, 60, (number) => `Line ${number}.`);
  const place = await world.openDirect(ada, ben);
  await place.reachesBottom();
  await place.scrollUp(600);
  const reading = await place.reading();
  await ben.edits(said[30].id, `Line 31, but\nnow with\nsome more lines`);
  await place.message('now with').getByText('(edited)').waitFor();
  await place.rests();
  await place.stillReads(reading);
});

test('48: a counter near the limit, and over it the button is off with the reason', async (t) => {
  const { ada, room, place } = await alone(t);
  await place.composer.fill('x'.repeat(3000));
  assert.equal(await place.page.locator('.counter').innerText(), '');
  await place.composer.fill('x'.repeat(3600));
  await place.page.getByText('400 characters left').waitFor();
  await place.composer.fill('👍'.repeat(4001));
  await place.page.getByText('1 character too long to send').waitFor();
  assert.ok(await place.send.isDisabled());
  assert.match(await place.send.getAttribute('title'), /too long/);
  await place.composer.press('Enter');
  await place.composer.fill('👍'.repeat(4000));
  assert.ok(await place.send.isEnabled());
  await place.send.click();
  await place.delivered('👍');
  assert.deepEqual(await ada.bodies(room), ['👍'.repeat(4000)]);
});

test('48: nothing but blanks cannot be sent', async (t) => {
  const { ada, room, place } = await alone(t);
  await place.composer.fill('  \n ');
  assert.ok(await place.send.isDisabled());
  await place.composer.press('Enter');
  await place.say('something');
  await place.delivered('something');
  assert.deepEqual(await ada.bodies(room), ['something']);
});

test('49: typing is shown without moving anything, and ends at send and at empty', async (t) => {
  const world = await openWorld(t);
  const [ada, ben, cleo, dora, eve, finn] = await Promise.all(['ada', 'ben', 'cleo', 'dora', 'eve', 'finn'].map((name) => world.person(name)));
  const place = await world.open(ada);
  const theirs = await world.open(ben);
  await place.online.getByRole('button', { name: 'ben' }).waitFor();
  const lobby = await ada.lobby();
  const before = await place.composer.boundingBox();
  await theirs.composer.pressSequentially('Hm!');
  await place.page.getByText('ben is typing…').waitFor();
  assert.deepEqual(await place.composer.boundingBox(), before);
  await theirs.composer.press('Enter');
  await place.sees('Hm!');
  await place.page.getByText('ben is typing…').waitFor({ state: 'detached' });

  await cleo.types(lobby, true);
  await place.page.getByText('cleo is typing…').waitFor();
  await cleo.types(lobby, false);
  await place.page.getByText('cleo is typing…').waitFor({ state: 'detached' });

  for (const person of [dora, eve, finn]) await person.types(lobby, true);
  await place.page.getByText('dora, eve and 1 other are typing…').waitFor();
});
