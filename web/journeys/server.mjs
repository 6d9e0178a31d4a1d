/** A real server in a folder of its own, that can be killed and started again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BINARY = process.env.CHATTERBOX_BIN ?? fileURLToPath(new URL('../../target/debug/chatterbox', import.meta.url));

/** Hashing a password is made cheap, and no limit gets into the way of a journey that does not ask for it. */
const SETTINGS = [
  'accounts.password_memory_kib=8',
  'accounts.password_passes=1',
  'limits.messages_burst=100000',
  'limits.frames_burst=100000',
  'limits.sign_in_failures_per_account=1000',
  'limits.sign_ups_per_address=10000',
  'limits.presence_grace_ms=200',
];

export class Server {
  #folder;
  #settings;
  #process;
  /** `http://127.0.0.1:port` once it has started. */
  origin;

  /** @param {string[]} settings more `section.key=value`, the later one wins */
  static async start(settings = []) {
    const server = new Server();
    server.#folder = await mkdtemp(join(tmpdir(), 'chatterbox-journey-'));
    server.#settings = [...SETTINGS, ...settings];
    await server.#launch('127.0.0.1:0');
    return server;
  }

  /** The port of `origin`. */
  get port() {
    return Number(new URL(this.origin).port);
  }

  /** As a power cut would: no goodbye, nothing written at the end. */
  async kill() {
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  /** Again on the same port and with the same data. */
  async restart() {
    await this.#launch(new URL(this.origin).host);
  }

  /** Ends it and takes its folder away. */
  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #launch(listen) {
    const flags = this.#settings.flatMap((setting) => ['--set', setting]);
    this.#process = spawn(BINARY, ['--listen', listen, '--data-dir', this.#folder, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
    const lines = createInterface({ input: this.#process.stderr });
    const said = [];
    const started = new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        said.push(line);
        const address = /listening on (http:\/\/[\d.]+:\d+)/u.exec(line)?.[1];
        if (address !== undefined) resolve(address);
      });
      this.#process.once('error', reject);
      this.#process.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said.join('\n')}`)));
    });
    this.origin = await started;
  }
}
