/** Times and days in the reader's language and zone. */
import { t } from './i18n';

interface Formats {
  readonly day: Intl.DateTimeFormat;
  readonly dayOfYear: Intl.DateTimeFormat;
  readonly clock: Intl.DateTimeFormat;
  readonly full: Intl.DateTimeFormat;
}

let known: Formats | undefined;

/** Made once: constructing a format costs more than using it a hundred times. */
function formats(): Formats {
  known ??= {
    day: new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' }),
    dayOfYear: new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    clock: new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }),
    full: new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' }),
  };
  return known;
}

/** The day of a moment in the reader's zone, as `YYYY-MM-DD`. */
export function dayKey(moment: string | number): string {
  const date = new Date(moment);
  const month = String(date.getMonth() + 1).padStart(2, '0');
  const day = String(date.getDate()).padStart(2, '0');
  return `${date.getFullYear()}-${month}-${day}`;
}

/** "Today", "Yesterday", "Monday, 16 November", or with the year when it is another. `today` is a day key. */
export function dayLabel(day: string, today: string): string {
  if (day === today) return t('day.today');
  const date = noonOf(day);
  const yesterday = noonOf(today);
  yesterday.setDate(yesterday.getDate() - 1);
  if (day === dayKey(yesterday.getTime())) return t('day.yesterday');
  return day.slice(0, 4) === today.slice(0, 4) ? formats().day.format(date) : formats().dayOfYear.format(date);
}

/** The time of day, short, 12 or 24 hours as the reader's language has it. */
export function shortTime(moment: string | number): string {
  return formats().clock.format(new Date(moment));
}

/** Full date and time with the zone, for tooltips. */
export function fullTime(moment: string | number): string {
  return formats().full.format(new Date(moment));
}

/** Milliseconds from `now` until the reader's next day begins. */
export function untilMidnight(now: number): number {
  const next = new Date(now);
  next.setHours(24, 0, 0, 0);
  return next.getTime() - now;
}

/** Noon exists on every day of every zone; midnight does not. */
function noonOf(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 12);
}
