/** Checklist 3.2 and 3.5: how messages are grouped, dated and drawn, whatever somebody writes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from './world.mjs';

/** Messages of `ben` in his conversation with ada, told as if they were written at the given times (ISO). */
async function writtenAt(t, lines, options = {}) {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const room = await ben.directWith(ada);
  const times = new Map();
  const said = [];
  for (const { by = 'ben', at, text } of lines) {
    const message = await (by === 'ben' ? ben : ada).says(room, text);
    times.set(message.id, at);
    said.push(message);
  }
  const place = await world.openDirect(ada, ben, {
    ...options,
    before: (page) =>
      page.route(/\/rooms\/\d+\/messages/u, async (route) => {
        const response = await route.fetch();
        const answer = await response.json();
        const messages = answer.messages.map((message) => ({ ...message, created_at: times.get(message.id) ?? message.created_at }));
        await route.fulfill({ response, json: { ...answer, messages } });
      }),
  });
  return { world, ada, ben, room, said, place };
}

/** The texts of the messages that show a header (others') and so begin a group. */
const headed = (place) =>
  place.log.locator('article:has(.author)').evaluateAll((all) => all.map((article) => article.querySelector('.bubble').innerText.trim()));

const AUTUMN = [
  { at: '2026-10-05T10:00:00Z', text: 'A' },
  { at: '2026-10-05T10:04:00Z', text: 'B' },
  { at: '2026-10-05T10:08:30Z', text: 'C' },
  { at: '2026-10-05T10:14:00Z', text: 'D' },
  { by: 'ada', at: '2026-10-05T10:14:10Z', text: 'E' },
  { at: '2026-10-05T10:14:20Z', text: 'F' },
  { at: '2026-10-05T10:14:30Z', text: 'G' },
];

test('15: one author within 5 minutes shares a header; another author or a longer pause begins a new group', async (t) => {
  const { place } = await writtenAt(t, AUTUMN);
  await place.sees('G');
  assert.deepEqual(await headed(place), ['A', 'D', 'F']);
});

test('16: groups are right after a deletion in the middle and after a new message', async (t) => {
  const { ben, room, said, place } = await writtenAt(t, AUTUMN);
  await place.sees('G');
  await ben.deletes(said[5].id);
  await place.message('Message deleted').waitFor();
  assert.deepEqual(await headed(place), ['A', 'D', 'Message deleted']);
  assert.equal(await place.page.locator('main').getByText('F', { exact: true }).count(), 0);
  await ben.says(room, 'Much later');
  await place.sees('Much later');
  assert.deepEqual(await headed(place), ['A', 'D', 'Message deleted', 'Much later']);
});

const LATE_EVENING = [
  { at: '2026-10-05T21:50:00Z', text: 'Before midnight in Berlin' },
  { at: '2026-10-05T22:10:00Z', text: 'After midnight in Berlin' },
];
const dates = (place) => place.log.locator('.date time').evaluateAll((all) => all.map((time) => time.getAttribute('datetime')));

for (const { timezoneId, expected } of [
  { timezoneId: 'Europe/Berlin', expected: ['2026-10-05', '2026-10-06'] },
  { timezoneId: 'America/New_York', expected: ['2026-10-05'] },
]) {
  test(`17: date lines follow the reader's zone: ${timezoneId}`, async (t) => {
    const { place } = await writtenAt(t, LATE_EVENING, { timezoneId });
    await place.sees('After midnight');
    assert.deepEqual(await dates(place), expected);
  });
}

test('17: the date of what is read stays at the top while scrolling', async (t) => {
  const day = (date) => Array.from({ length: 40 }, (_, index) => ({ at: `2026-10-${date}T10:${String(index).padStart(2, '0')}:00Z`, text: `On ${date}, ${index + 1}.` }));
  const { place } = await writtenAt(t, [...day('05').slice(0, 25), ...day('06').slice(0, 25)]);
  await place.reachesBottom();
  await place.log.evaluate((log) => {
    log.scrollTop = 400;
  });
  await place.rests();
  const shown = await place.log.evaluate((log) => {
    const { top, left, width } = log.getBoundingClientRect();
    const pills = [...log.querySelectorAll('.date time')].map((time) => ({ day: time.dateTime, box: time.getBoundingClientRect() }));
    const pinned = pills.find(({ box }) => box.top >= top && box.top < top + 40 && Math.abs(box.left + box.width / 2 - left - width / 2) < 20);
    const first = [...log.querySelectorAll('article')].find((article) => article.getBoundingClientRect().bottom > top);
    return { pinned: pinned?.day, reading: first.querySelector('time').dateTime.slice(0, 10) };
  });
  assert.equal(shown.pinned, shown.reading);
});

test('18: times are <time datetime>, with date and zone in the tooltip, in the reader\'s form', async (t) => {
  const { place } = await writtenAt(t, [{ at: '2026-10-05T19:05:00Z', text: 'Ding' }], { timezoneId: 'Europe/Berlin', locale: 'en-US' });
  const time = place.message('Ding').locator('time');
  assert.equal(await time.getAttribute('datetime'), '2026-10-05T19:05:00Z');
  assert.match(await time.innerText(), /^9:05\sPM$/u);
  const full = await time.getAttribute('title');
  for (const part of ['2026', 'October', '9:05', /GMT\+2|CEST|Central European/u]) assert.match(full, new RegExp(part));
});

test('57: a few emoji alone are large, flags and families stay whole, mixed directions are kept apart', async (t) => {
  const emoji = ['👍', '🏳️‍🌈', '👨‍👩‍👧', '🇩🇪 🇫🇷'];
  const lines = [...emoji, 'fine 👍', 'שלום לכולם, hello', 'hello ‮evil‬ you'].map((text) => ({ at: '2026-10-05T10:00:00Z', text }));
  const { place } = await writtenAt(t, lines);
  const look = (text) =>
    place
      .message(text)
      .locator('.body')
      .first()
      .evaluate((body) => {
        const range = document.createRange();
        range.selectNodeContents(body);
        const block = body.querySelector('p') ?? body;
        return { size: parseFloat(getComputedStyle(block).fontSize), width: range.getBoundingClientRect().width, direction: getComputedStyle(block).direction };
      });
  const plain = await look('fine 👍');
  for (const text of emoji) assert.ok((await look(text)).size > plain.size * 1.5, `${text} is not large`);
  const [thumb, rainbow, family] = [await look('👍'), await look('🏳️‍🌈'), await look('👨‍👩‍👧')];
  for (const whole of [rainbow, family]) assert.ok(whole.width < thumb.width * 1.6, `${whole.width} px wide, one emoji is ${thumb.width}`);
  assert.equal((await look('שלום')).direction, 'rtl');
  assert.equal((await look('evil')).direction, 'ltr');
});

test('58: stacked marks, endless words and endless lines stay inside their own row', async (t) => {
  const zalgo = `z${'\u0335\u0321\u0322\u0327\u0328\u0301\u0302\u0303\u0304\u0306'.repeat(12)}algo`;
  const texts = [zalgo, 'W'.repeat(4000), `https://example.org/${'x'.repeat(1500)}`, `\`\`\`\n${'y'.repeat(2000)}\n\`\`\``, '😀'.repeat(1000), 'after it all'];
  const { place } = await writtenAt(t, texts.map((text) => ({ at: '2026-10-05T10:00:00Z', text })));
  await place.sees('after it all');
  const faults = await place.log.evaluate((log) => {
    const found = [];
    if (log.scrollWidth > log.clientWidth) found.push('the log scrolls sideways');
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
    const view = log.getBoundingClientRect();
    for (const bubble of log.querySelectorAll('.bubble')) {
      const box = bubble.getBoundingClientRect();
      const name = bubble.innerText.slice(0, 12);
      if (box.right > view.right || box.left < view.left) found.push(`${name} is wider than the log`);
      if (box.height > view.height * 1.2) found.push(`${name} is ${box.height} px high`);
      if (getComputedStyle(bubble).overflow !== 'hidden') found.push(`${name} may paint over its neighbours`);
    }
    return found;
  });
  assert.deepEqual(faults, []);
});
