/** Coming in: the first person, a friend, a wrong password, a closed door, and a session that was ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD } from './person.mjs';
import { Place } from './place.mjs';
import { openWorld } from './world.mjs';

test('the first person becomes the owner, a friend joins, and they talk in the Lobby and in private', async (t) => {
  const world = await openWorld(t);
  const ada = new Place(await (await world.browser()).newPage());
  await ada.page.goto('/');
  await ada.page.getByText('becomes the owner').waitFor();
  await ada.signUp('ada', PASSWORD);
  await ada.page.getByRole('heading', { name: /^Beginning of/ }).waitFor();

  const ben = new Place(await (await world.browser()).newPage());
  await ben.page.goto('/');
  await ben.page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await ben.signUp('ben', PASSWORD);

  await ada.online.getByRole('button', { name: 'ben' }).waitFor();
  await ada.say('Good morning, everybody');
  await ben.sees('Good morning, everybody');
  await ben.say('Good morning, ada');
  await ada.sees('Good morning, ada');
  await ada.log.getByRole('article', { name: /^ben: Good morning, ada/ }).waitFor();
  await ada.log.locator('article[data-own="true"]').filter({ hasText: 'Good morning, everybody' }).waitFor();

  await ben.online.getByRole('button', { name: 'ada' }).click();
  const profile = ben.page.getByRole('complementary', { name: 'Profile' });
  await profile.getByText('Owner').waitFor();
  await profile.getByRole('button', { name: 'Message' }).click();
  await ben.page.getByRole('heading', { level: 1, name: 'ada' }).waitFor();
  await ben.say('Between the two of us');
  await ada.rooms.getByRole('button', { name: /ben.*1 unread/ }).click();
  await ada.sees('Between the two of us');
});

test('a wrong password says so, marks nothing as right and lets one try again', async (t) => {
  const world = await openWorld(t);
  const ada = await world.person('ada');
  const page = await (await world.browser()).newPage();
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Username or e-mail' }).fill('ada');
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('not this one');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const words = await page.getByRole('alert').innerText();
  assert.match(words, /password/i);
  await new Place(page).signIn(ada.username, PASSWORD);
});

test('a name that is taken and a password that is too short are said beside their fields', async (t) => {
  const world = await openWorld(t);
  await world.person('ada');
  const page = await (await world.browser()).newPage();
  await page.goto('/#/sign-up');
  const username = page.getByRole('textbox', { name: 'Username', exact: true });
  const password = page.getByRole('textbox', { name: 'Password', exact: true });
  await username.fill('Ada');
  await password.fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await password.and(page.locator('[aria-invalid="true"]')).waitFor();
  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await username.and(page.locator('[aria-invalid="true"]')).waitFor();
});

test('closed sign-up offers no account and says whom to ask', async (t) => {
  const world = await openWorld(t, { settings: ['accounts.sign_up=closed'] });
  await world.person('ada');
  const page = await (await world.browser()).newPage();
  await page.goto('/#/sign-up');
  await page.getByText('New accounts are closed here').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Create an account' }).count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Create account' }).count(), 0);
});

test('30: a session ended elsewhere asks once to sign in again and keeps the text', async (t) => {
  const world = await openWorld(t);
  const ada = await world.person('ada');
  const place = await world.open(ada);
  await place.composer.fill('A thought that is not finished');
  const other = await world.again(ada);
  const { sessions } = await other.ask('GET', '/me/sessions');
  const inBrowser = sessions.find((session) => session.user_agent.includes('Chrome'));
  await other.ask('DELETE', `/me/sessions/${inBrowser.id}`);

  const dialog = place.page.getByRole('dialog', { name: 'Signed in again?' });
  await dialog.waitFor();
  assert.equal(await place.page.getByRole('dialog').count(), 1);
  assert.equal(await place.page.locator('textarea').inputValue(), 'A thought that is not finished');
  await dialog.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await place.composer.inputValue(), 'A thought that is not finished');
  await place.composer.press('Enter');
  await place.delivered('A thought that is not finished');
});

test('signing out leads to the sign-in page and leaves nothing of the conversation behind', async (t) => {
  const world = await openWorld(t);
  const ada = await world.person('ada');
  const place = await world.open(ada);
  await place.say('Only for those inside');
  await place.delivered('Only for those inside');
  await place.page.getByRole('button', { name: 'Your account' }).click();
  await place.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await place.page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await place.page.reload();
  await place.page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  assert.equal(await place.page.getByText('Only for those inside').count(), 0);
});
