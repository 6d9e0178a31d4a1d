/** Why a request was not done, and how a form says so. */
import type { Problem } from '../protocol';
import type { FormOutcome } from './contract';
import { durationText, t } from './i18n';

/** A request that was answered "no", or not at all. */
export class ApiProblem extends Error {
  /** The server's stable code; `unreachable` when there was no answer. */
  readonly code: string;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | null;

  constructor(code: string, status: number, detail: string, more: { fields?: Readonly<Record<string, string>>; retryAfterMs?: number | null } = {}) {
    super(detail);
    this.name = 'ApiProblem';
    this.code = code;
    this.status = status;
    this.fields = more.fields ?? {};
    this.retryAfterMs = more.retryAfterMs ?? null;
  }

  /** No answer came. */
  static unreachable(): ApiProblem {
    return new ApiProblem('unreachable', 0, t('error.unreachable'));
  }

  /** The answer `response`, which need not come from our server: proxies answer in HTML. */
  static async read(response: Response): Promise<ApiProblem> {
    const problem = (await response.json().catch(() => null)) as Partial<Problem> | null;
    if (typeof problem?.code !== 'string') {
      const away = response.status >= 502 && response.status <= 504;
      return new ApiProblem(away ? 'unavailable' : 'internal', response.status, away ? t('error.unreachable') : t('error.unexpected'));
    }
    const fields = Object.fromEntries((problem.errors ?? []).map((error) => [error.field, error.message]));
    return new ApiProblem(problem.code, response.status, problem.detail ?? t('error.unexpected'), {
      fields,
      retryAfterMs: problem.retry_after_ms ?? null,
    });
  }

  /** Whether the same request may succeed later without anybody doing anything. */
  get passes(): boolean {
    return this.code === 'unreachable' || this.code === 'unavailable' || this.code === 'rate_limited';
  }
}

/** The field to which a code without field errors belongs. */
const FIELD_OF: Readonly<Record<string, string>> = {
  username_taken: 'username',
  email_taken: 'email',
  wrong_password: 'current_password',
};

/** What a form shows for `error`; rethrows what is no answer of the server. */
export function outcomeOf(error: unknown, now: number): FormOutcome {
  if (!(error instanceof ApiProblem)) throw error;
  const field = FIELD_OF[error.code];
  const fields = field === undefined ? error.fields : { [field]: error.message };
  const retryAt = error.retryAfterMs === null ? null : now + error.retryAfterMs;
  return { ok: false, code: error.code, message: sentence(error, Object.keys(fields).length > 0), fields, retryAt };
}

function sentence(problem: ApiProblem, hasFields: boolean): string {
  if (hasFields) return t('error.check_fields');
  if (problem.code === 'account_blocked') return t('error.account_blocked');
  if (problem.code === 'rate_limited' && problem.retryAfterMs !== null) return t('error.rate_limited', { time: durationText(problem.retryAfterMs) });
  return problem.message;
}
