/** Who is here: the live count, the list, and the lines that say who joined and left. */
import { test } from 'node:test';
import { openWorld } from './world.mjs';

test('people come and go: the count, the list and the join and leave lines follow', async (t) => {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  const place = await world.open(ada);
  await place.page.getByText('1 person online').waitFor();

  const theirs = await world.open(ben);
  await place.online.getByRole('button', { name: 'ben' }).waitFor();
  await place.page.getByText('2 people online').waitFor();
  await place.log.getByText('ben joined').waitFor();

  await theirs.say('Only looking in');
  await place.sees('Only looking in');
  await theirs.page.close();
  await place.log.getByText('ben left').waitFor();
  await place.online.getByRole('button', { name: 'ben' }).waitFor({ state: 'detached' });
  await place.page.getByText('1 person online').waitFor();
});

test('a profile tells when somebody was last seen, and follows a new name at once', async (t) => {
  const world = await openWorld(t);
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  await ben.says(await ben.lobby(), 'I was here');
  const place = await world.open(ada);
  await place.message('I was here').getByRole('button', { name: 'ben' }).click();
  const profile = place.page.getByRole('complementary', { name: 'Profile' });
  await profile.getByText('Not here yet').waitFor();
  await ben.ask('PATCH', '/me', { display_name: 'Benedict', about: 'Grows tomatoes.' });
  await profile.getByRole('heading', { name: 'Benedict' }).waitFor();
  await profile.getByText('Grows tomatoes.').waitFor();
  await place.log.getByRole('article', { name: /^Benedict: I was here/ }).waitFor();
});

test('settings: a new display name, and the list of sessions from which another one can be ended', async (t) => {
  const world = await openWorld(t);
  const ada = await world.person('ada');
  const place = await world.open(ada);
  await place.page.getByRole('button', { name: 'Your account' }).click();
  await place.page.getByRole('menuitem', { name: 'Settings and sessions' }).click();
  const settings = place.page.getByRole('dialog', { name: 'Settings' });
  await settings.getByRole('textbox', { name: 'Display name' }).fill('Ada of the garden');
  await settings.getByRole('button', { name: 'Save' }).click();
  await settings.getByText('Saved').waitFor();
  await settings.getByText('This device').waitFor();
  const end = settings.getByRole('button', { name: /^End / });
  await end.click();
  await end.waitFor({ state: 'detached' });
  await place.page.keyboard.press('Escape');
  await place.page.getByRole('button', { name: /Your account.*Ada of the garden/ }).waitFor();
});
