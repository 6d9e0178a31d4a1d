/** Somebody with an account, who acts over the HTTP API: the quick way to prepare what a browser then sees. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

export const PASSWORD = 'a long and quiet afternoon';

export class Person {
  #origin;
  #token;
  id;
  username;
  sessionId;

  static async signUp(origin, username) {
    return Person.#enter(origin, '/auth/register', username);
  }

  /** The same account with another session. */
  static async signIn(origin, username) {
    return Person.#enter(origin, '/auth/login', username);
  }

  static async #enter(origin, path, username) {
    const person = new Person();
    person.#origin = origin;
    const answer = await person.ask('POST', path, { username, password: PASSWORD });
    person.#token = answer.access_token;
    person.id = answer.user.id;
    person.username = username;
    person.sessionId = answer.session_id;
    return person;
  }

  /** Asks the API below `/api/v1`; the answer's body, or null when it has none. Anything but success throws. */
  async ask(method, path, body) {
    const headers = { 'content-type': 'application/json' };
    if (this.#token !== undefined) headers.authorization = `Bearer ${this.#token}`;
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.#origin}/api/v1${path}`, init);
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** The id of the Lobby. */
  async lobby() {
    const { rooms } = await this.ask('GET', '/rooms');
    return rooms.find((room) => room.kind === 'lobby').id;
  }

  /** The id of the conversation with `other`, opened if need be. */
  async directWith(other) {
    return (await this.ask('POST', '/direct', { user_id: other.id })).room.id;
  }

  /** Posts a message; the message as the server has it. */
  async says(roomId, body) {
    return (await this.ask('POST', `/rooms/${roomId}/messages`, { client_key: randomUUID(), body })).message;
  }

  /** Posts `count` messages one after the other, `body(1)` first. */
  async saysMany(roomId, count, body) {
    const said = [];
    for (let number = 1; number <= count; number += 1) said.push(await this.says(roomId, body(number)));
    return said;
  }

  async edits(messageId, body) {
    return (await this.ask('PATCH', `/messages/${messageId}`, { body })).message;
  }

  async deletes(messageId) {
    await this.ask('DELETE', `/messages/${messageId}`);
  }

  async types(roomId, active) {
    await this.ask('POST', `/rooms/${roomId}/typing`, { active });
  }

  async reads(roomId, seq) {
    await this.ask('PUT', `/rooms/${roomId}/read`, { seq });
  }

  /** The bodies of the newest messages of a room, oldest first. */
  async bodies(roomId) {
    const { messages } = await this.ask('GET', `/rooms/${roomId}/messages?limit=50`);
    return messages.map((message) => message.body);
  }
}
