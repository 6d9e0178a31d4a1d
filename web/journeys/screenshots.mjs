/** Pictures of the places with a life in them, for eyes: `npm run screenshots` writes them to `test-results/`. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { PASSWORD } from './person.mjs';
import { openWorld } from './world.mjs';

const FOLDER = fileURLToPath(new URL('../test-results/', import.meta.url));
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const PEOPLE = [
  ['mara', 'Mara Lindqvist', 'Keeps the seed library. Ask me about heirloom tomatoes.'],
  ['jonas', 'Jonas Okafor', 'Compost, bees, and bad puns.'],
  ['yuki', 'Yuki Tanaka', ''],
  ['samir', 'Samir Haddad', 'Plot 14, by the old pear tree.'],
  ['ines', 'Inês Carvalho', ''],
];

const LOBBY = [
  ['mara', 'Good morning! The greenhouse is open again. The new lock takes the *same* code as before.'],
  ['jonas', 'Wonderful, thank you Mara 🌱'],
  ['jonas', 'Does anybody have a spare watering can? Mine has been borrowed by a ghost.'],
  ['samir', 'There are two behind the shed, next to the wheelbarrow.'],
  ['yuki', 'For Saturday:\n\n- bring gloves\n- we start at **9:30**, not at 10\n- lunch is on me'],
  ['ines', 'I will be there. Is this still the right way to count the beds?\n\n```python\nbeds = [plot.beds for plot in plots if plot.tended]\nprint(sum(beds))\n```'],
  ['mara', '> we start at 9:30\n\nI have to take the kids to swimming first, so rather 10 for me. The plan is at https://garden.example/plan.'],
  ['samir', 'No problem at all. We keep the heavy work for when you are there 😄'],
  ['ines', '🎉'],
  ['mara', 'Ha! Then I will bring the big spade.'],
  ['jonas', 'And I the cake.'],
];

const PRIVATE = [
  ['jonas', 'Psst, are we still planning the surprise for Inês?'],
  ['mara', 'Yes! Thursday after work, at my place. She thinks that we are fixing the fence.'],
  ['jonas', 'Perfect. I bring the lanterns.'],
  ['mara', 'And please tell nobody else. Samir cannot keep a secret for the length of a coffee.'],
];

async function liveHere(t) {
  const world = await openWorld(t, { settings: ['server.name=Linden Street Garden'] });
  const people = {};
  for (const [username, display_name, about] of PEOPLE) {
    people[username] = await world.person(username);
    await people[username].ask('PATCH', '/me', { display_name, about });
  }
  const { mara, jonas, samir } = people;
  const lobby = await mara.lobby();
  const said = [];
  for (const [who, text] of LOBBY) said.push(await people[who].says(lobby, text));
  await mara.edits(said[9].id, 'Ha! Then I will bring the big spade, and the small one.');
  const direct = await mara.directWith(jonas);
  for (const [who, text] of PRIVATE) await people[who].says(direct, text);
  await mara.reads(direct, PRIVATE.length);
  await samir.says(await samir.directWith(mara), 'Did you see the hedgehog?');
  return { world, people };
}

test('pictures', async (t) => {
  await mkdir(FOLDER, { recursive: true });
  const { world, people } = await liveHere(t);
  for (const username of ['jonas', 'yuki', 'samir']) await world.open(people[username]);
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, device] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      const place = await world.open(people.mara, { ...device, colorScheme });
      const { page } = place;
      const picture = async (name) => {
        await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));
        await page.screenshot({ path: `${FOLDER}${name}-${size}-${colorScheme}.png` });
      };
      const list = async () => {
        if (size === 'phone') await page.getByRole('button', { name: 'Open the list of rooms' }).tap();
      };
      await place.reachesBottom();
      await people.jonas.types(await people.jonas.lobby(), true);
      await page.getByText('is typing…').waitFor();
      await picture('conversation');
      await list();
      await picture('rooms');
      await place.rooms.getByRole('button', { name: /Jonas/ }).click();
      await place.sees('lanterns');
      await place.composer.fill('Thursday it is. I will ');
      await picture('direct');
      await place.composer.fill('');
      if (size === 'desktop') {
        await place.message('lanterns').hover();
        await picture('toolbar');
      }
      await page.getByRole('heading', { level: 1 }).getByRole('button').click();
      await page.getByRole('complementary', { name: 'Profile' }).waitFor();
      await picture('profile');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('in');
      await picture('switcher');
      await page.keyboard.press('Escape');
      await list();
      await page.getByRole('button', { name: 'Your account' }).click();
      await picture('account');
      await page.getByRole('menuitem', { name: 'Settings and sessions' }).click();
      await page.getByText('This device').waitFor();
      await picture('settings');

      const stranger = await (await world.browser({ ...device, colorScheme })).newPage();
      const entrance = async (name) => stranger.screenshot({ path: `${FOLDER}${name}-${size}-${colorScheme}.png` });
      await stranger.goto('/#/sign-up');
      await stranger.getByRole('textbox', { name: 'Username', exact: true }).fill('nadia');
      await stranger.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
      await entrance('sign-up');
      await stranger.getByRole('link', { name: 'Sign in instead' }).click();
      await stranger.getByRole('textbox', { name: 'Username or e-mail' }).fill('mara');
      await stranger.getByRole('textbox', { name: 'Password', exact: true }).fill('wrong one');
      await stranger.getByRole('button', { name: 'Sign in', exact: true }).click();
      await stranger.getByRole('alert').waitFor();
      await entrance('sign-in');
      await page.close();
    }
  }
});

test('pictures of trouble', async (t) => {
  const { world, people } = await liveHere(t);
  const place = await world.open(people.mara, DESKTOP);
  await place.reachesBottom();
  world.wire.cut();
  await place.say('Is anybody still there?');
  await place.status.getByText(/Next try/u).waitFor();
  await place.page.screenshot({ path: `${FOLDER}offline-desktop-light.png` });
  world.wire.restore();
});
