/** What a screen reader hears of new messages. */
import { t } from './i18n';

/** Messages that come within this time are told together. */
const BURST_MS = 700;
/** After this long the region is emptied, so that the same words again are a change again. */
const SAID_MS = 5000;
/** Longer messages are read in the conversation. */
const LONGEST = 200;

export interface Heard {
  readonly name: string;
  readonly text: string;
}

/** One message as "Ann: hello", more as "5 new messages"; no times, no menus. */
export function announcementOf(burst: readonly Heard[]): string {
  const [first] = burst;
  if (first === undefined) return '';
  if (burst.length > 1) return t('announce.burst', { count: burst.length });
  const text = first.text.replace(/\s+/gu, ' ').trim();
  return t('announce.message', { name: first.name, text: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text });
}

/** Gathers bursts and says them through `say`. */
export class Announcer {
  #burst: Heard[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #say: (text: string) => void;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  hear(message: Heard): void {
    this.#burst.push(message);
    if (this.#burst.length > 1) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#say(announcementOf(this.#burst));
      this.#burst = [];
      this.#timer = setTimeout(() => this.#say(''), SAID_MS);
    }, BURST_MS);
  }

  /** Forgets what was not said: another room is on screen. */
  silence(): void {
    clearTimeout(this.#timer);
    this.#burst = [];
    this.#say('');
  }
}
