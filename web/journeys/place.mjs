/** A page of ChatterBox, by the names that tests, screen readers and voice control rely on. */
import assert from 'node:assert/strict';

export class Place {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    this.log = page.getByRole('log', { name: 'Messages' });
    this.composer = page.getByRole('textbox', { name: 'Message', exact: true });
    this.send = page.getByRole('button', { name: 'Send', exact: true });
    this.status = page.getByRole('status', { name: 'Connection' });
    this.rooms = page.getByRole('navigation', { name: 'Rooms' });
    this.online = page.getByRole('region', { name: 'People online' });
  }

  async signIn(username, password) {
    const link = this.page.getByRole('link', { name: 'Sign in instead' });
    const login = this.page.getByRole('textbox', { name: 'Username or e-mail' });
    await link.or(login).first().waitFor();
    if (await link.isVisible()) await link.click();
    await login.fill(username);
    await this.page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await this.settled();
  }

  async signUp(username, password) {
    const link = this.page.getByRole('link', { name: 'Create an account' });
    const field = this.page.getByRole('textbox', { name: 'Username', exact: true });
    await link.or(field).first().waitFor();
    if (await link.isVisible()) await link.click();
    await field.fill(username);
    await this.page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Create account' }).click();
    await this.settled();
  }

  /** A room is on screen with what it holds. */
  async settled() {
    await this.composer.waitFor();
    await this.log.and(this.page.locator(':has(article, h2)')).waitFor();
  }

  /** Chooses a room in the list by its name. */
  async openRoom(name) {
    await this.rooms.getByRole('button', { name }).click();
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
    await this.settled();
  }

  /** The message whose text contains `text`. */
  message(text) {
    return this.log.getByRole('article').filter({ hasText: text });
  }

  /** Waits until a message with this text is there. */
  async sees(text) {
    await this.message(text).first().waitFor();
  }

  /** Writes a message and sends it with Enter. */
  async say(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Waits until the message is stored on the server. */
  async delivered(text) {
    await this.message(text).and(this.page.locator('[data-delivery="sent"]')).waitFor();
  }

  /** The texts of all messages in the page, in order. */
  texts() {
    return this.log.locator('article .body').allInnerTexts();
  }

  /** Waits until `judge` (which runs in the page) says yes. */
  async until(judge, argument) {
    await this.page.waitForFunction(judge, argument);
  }

  /** Pixels between the end of the last message and the end of the view of the log; and how far it could scroll on. */
  bottom() {
    return this.log.evaluate((log) => ({
      rest: log.scrollHeight - log.clientHeight - log.scrollTop,
      hidden: [...log.querySelectorAll('article')].at(-1).getBoundingClientRect().bottom - log.getBoundingClientRect().bottom,
    }));
  }

  /** The last message is whole on screen, and nothing comes after it. */
  async isAtBottom() {
    const { rest, hidden } = await this.bottom();
    assert.ok(rest <= 2, `${rest} px are left to scroll`);
    assert.ok(hidden <= 0, `${hidden} px of the last message are hidden`);
  }

  /** Waits until the view is at the end. */
  async reachesBottom() {
    await this.log.and(this.page.locator(':has(article)')).waitFor();
    await this.until(() => {
      const log = document.querySelector('[role="log"]');
      return log.scrollHeight - log.clientHeight - log.scrollTop <= 2;
    });
  }

  /** Turns the wheel over the messages until the view is `pixels` above its end. */
  async scrollUp(pixels) {
    await this.log.hover();
    await this.page.mouse.wheel(0, -pixels);
    await this.until((least) => {
      const log = document.querySelector('[role="log"]');
      return log.scrollHeight - log.clientHeight - log.scrollTop >= least;
    }, pixels - 1);
    await this.rests();
  }

  /** Waits for two frames in which the log does not scroll. */
  async rests() {
    await this.log.evaluate(
      (log) =>
        new Promise((resolve) => {
          let before = Number.NaN;
          const look = () => {
            if (log.scrollTop === before) return resolve();
            before = log.scrollTop;
            requestAnimationFrame(() => requestAnimationFrame(look));
          };
          look();
        }),
    );
  }

  /**
   * Where the first message that is whole in view stands: its bubble's distance from the top of the view. The header
   * above it does not count, it may come and go when what stands before the message loads.
   */
  reading() {
    return this.log.evaluate((log) => {
      const { top } = log.getBoundingClientRect();
      const first = [...log.querySelectorAll('article [data-row]')].find((bubble) => bubble.getBoundingClientRect().top >= top);
      return { key: first.dataset.row, offset: first.getBoundingClientRect().top - top };
    });
  }

  /** The message that was read has not moved by more than a pixel. */
  async stillReads({ key, offset }) {
    const now = await this.log.evaluate(
      (log, wanted) => {
        const bubble = [...log.querySelectorAll('[data-row]')].find((each) => each.dataset.row === wanted);
        return bubble === undefined ? null : bubble.getBoundingClientRect().top - log.getBoundingClientRect().top;
      },
      key,
    );
    assert.ok(now !== null, 'what was being read is gone');
    assert.ok(Math.abs(now - offset) <= 1, `what was being read moved by ${now - offset} px`);
  }
}
