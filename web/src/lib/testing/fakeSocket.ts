/** The browser's side of a WebSocket, with the server's side in the hands of a test. */

export interface SentFrame {
  readonly type: string;
  readonly ref: number;
  readonly [field: string]: unknown;
}

export class FakeSocket extends EventTarget {
  static readonly all: FakeSocket[] = [];
  readonly url: string;
  readonly sent: SentFrame[] = [];
  closed = false;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.all.push(this);
  }

  /** The newest one. */
  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  /** The page's calls. */
  send(data: string): void {
    this.sent.push(JSON.parse(data) as SentFrame);
  }

  close(): void {
    this.closed = true;
  }

  /** The server's acts. */
  accept(): void {
    this.dispatchEvent(new Event('open'));
  }

  say(frame: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
  }

  cut(code = 1006): void {
    this.dispatchEvent(new CloseEvent('close', { code }));
  }

  /** The frames of one type that the page has sent. */
  of(type: string): SentFrame[] {
    return this.sent.filter((frame) => frame.type === type);
  }

  asWebSocket(): WebSocket {
    return this as unknown as WebSocket;
  }
}
