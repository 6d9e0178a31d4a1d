/** What every form that asks the server does: one answer under way at a time, its problems beside the fields. */
import type { FormOutcome } from '../../lib/contract';

type Refusal = Extract<FormOutcome, { ok: false }>;

export class Submission {
  busy = $state(false);
  refusal = $state.raw<Refusal | null>(null);
  /** Whole seconds until another attempt makes sense; 0 when at once. */
  secondsLeft = $state(0);

  /** The sentence for the head of the form. */
  get message(): string {
    return this.refusal?.message ?? '';
  }

  problem(field: string): string {
    return this.refusal?.fields[field] ?? '';
  }

  /** Runs `ask` unless an answer is awaited already; true when it was accepted. */
  async run(form: HTMLFormElement | undefined, ask: () => Promise<FormOutcome>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const outcome = await ask();
    this.busy = false;
    this.refusal = outcome.ok ? null : outcome;
    if (outcome.ok) return true;
    if (outcome.retryAt !== null) this.#countDown(outcome.retryAt);
    // The marked fields are there after the next frame.
    requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    return false;
  }

  #countDown(until: number): void {
    const tick = () => {
      this.secondsLeft = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (this.secondsLeft > 0) setTimeout(tick, 250);
    };
    tick();
  }
}
