/** Everything a journey stands on: a server of its own, the wire to it, people, and browsers with somebody in front. */
import assert from 'node:assert/strict';
import { openContext } from './browser.mjs';
import { PASSWORD, Person } from './person.mjs';
import { Place } from './place.mjs';
import { Server } from './server.mjs';
import { Wire } from './wire.mjs';

/**
 * @param {import('node:test').TestContext} t it ends the world, and fails for what its browsers did wrong
 * @param {{ settings?: string[] }} options more settings of the server
 */
export async function openWorld(t, { settings = [] } = {}) {
  const server = await Server.start(settings);
  const wire = await Wire.to(server.port);
  const world = new World(server, wire);
  t.after(() => world.end());
  return world;
}

class World {
  server;
  wire;
  #contexts = [];

  constructor(server, wire) {
    this.server = server;
    this.wire = wire;
  }

  /** Somebody new, with an account but without a browser. They speak to the server past the wire. */
  person(username) {
    return Person.signUp(this.server.origin, username);
  }

  /** Another session of somebody. */
  again(person) {
    return Person.signIn(this.server.origin, person.username);
  }

  /** A browser in which nobody is signed in; `context.newPage()` opens its tabs. */
  async browser(options) {
    const opened = await openContext(this.wire.origin, options);
    this.#contexts.push(opened);
    return opened.context;
  }

  /**
   * Somebody's own browser, signed in, with the Lobby on screen.
   * @param {{ before?: (page: import('playwright-core').Page) => Promise<unknown> }} options of the context;
   *   `before` prepares the page before it loads anything
   */
  async open(person, { before, ...options } = {}) {
    const context = await this.browser(options);
    const page = await context.newPage();
    await before?.(page);
    await page.goto('/');
    const place = new Place(page);
    await place.signIn(person.username, PASSWORD);
    return place;
  }

  /** Somebody's browser with their conversation with `other` on screen. */
  async openDirect(person, other, options) {
    await person.directWith(other);
    const place = await this.open(person, options);
    await place.openRoom(other.username);
    return place;
  }

  async end() {
    for (const { context } of this.#contexts) await context.close();
    await this.wire.close();
    await this.server.stop();
    assert.deepEqual(this.#contexts.flatMap(({ trespasses }) => trespasses), [], 'what browsers must not do');
  }
}
