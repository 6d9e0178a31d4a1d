/** `fetch` with the server's answers in the hands of a test. */

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly token: string | null;
}

/** An answer: a body for 200, or a status with a body, or `lost` when none comes. */
export type Reply = { readonly status: number; readonly body?: object; readonly headers?: Record<string, string> } | 'lost';

export class FakeApi {
  readonly asked: Asked[] = [];
  /** Answers by `METHOD /path-without-query`; the latest wins. */
  readonly #routes = new Map<string, (asked: Asked) => Reply | Promise<Reply>>();

  on(route: string, answer: (asked: Asked) => Reply | Promise<Reply>): this {
    this.#routes.set(route, answer);
    return this;
  }

  /** The requests to one route. */
  to(route: string): Asked[] {
    return this.asked.filter(({ method, path }) => route === `${method} ${path.split('?')[0]}`);
  }

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers);
    const asked: Asked = {
      method: init?.method ?? 'GET',
      path: String(input).replace('/api/v1', ''),
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
      token: headers.get('Authorization')?.replace('Bearer ', '') ?? null,
    };
    this.asked.push(asked);
    const answer = this.#routes.get(`${asked.method} ${asked.path.split('?')[0]}`);
    const reply = answer === undefined ? problem(404, 'not_found') : await answer(asked);
    if (reply === 'lost') throw new TypeError('Failed to fetch');
    const body = reply.body === undefined ? null : JSON.stringify(reply.body);
    return new Response(reply.status === 204 ? null : body, { status: reply.status, headers: reply.headers ?? {} });
  };
}

export function problem(status: number, code: string, more: object = {}): Reply {
  return { status, body: { type: 'about:blank', title: '', status, code, detail: `because of ${code}`, errors: [], ...more } };
}

export function ok(body: object): Reply {
  return { status: 200, body };
}
