/** The network between browser and server: a TCP proxy that can be cut, restored, and made to swallow answers. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Wire {
  #listener;
  #target;
  #pairs = new Set();
  #cut = false;
  #swallowing = false;
  #connections = 0;
  /** What browsers open. */
  origin;

  /** @param {number} target the server's port */
  static async to(target) {
    const wire = new Wire();
    wire.#target = target;
    wire.#listener = createServer((near) => wire.#join(near));
    wire.#listener.listen(0, '127.0.0.1');
    await once(wire.#listener, 'listening');
    wire.origin = `http://127.0.0.1:${wire.#listener.address().port}`;
    return wire;
  }

  /** How often something has tried to connect; attempts while cut count too. */
  get connections() {
    return this.#connections;
  }

  /** Breaks every connection, and each new one at once. */
  cut() {
    this.#cut = true;
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  /** New connections work again, answers arrive. */
  restore() {
    this.#cut = false;
    this.#swallowing = false;
  }

  /** From now on requests reach the server, but its answers get lost. */
  swallowAnswers() {
    this.#swallowing = true;
  }

  async close() {
    this.cut();
    this.#listener.close();
    await once(this.#listener, 'close');
  }

  #join(near) {
    this.#connections += 1;
    if (this.#cut) {
      near.destroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    const pair = { near, far };
    this.#pairs.add(pair);
    const part = () => {
      near.destroy();
      far.destroy();
      this.#pairs.delete(pair);
    };
    for (const end of [near, far]) {
      end.setNoDelay(true);
      end.on('error', part);
      end.on('close', part);
    }
    near.pipe(far);
    far.on('data', (bytes) => {
      if (!this.#swallowing) near.write(bytes);
    });
  }
}
