/** The picture that stands for a person who has uploaded none. */
import { graphemes } from './text';

/** Two letters on a hue. */
export interface Avatar {
  readonly letters: string;
  /** 0 to 359, for `oklch(… … hue)`. */
  readonly hue: number;
}

/**
 * The avatar of a person: the hue comes from the id, so that a new name keeps it; the letters from the first and the
 * last word of the name, whole graphemes each.
 */
export function avatarOf(userId: number, name: string): Avatar {
  // Multiples of the golden angle put people who signed up one after another far apart on the circle.
  return { letters: lettersOf(name), hue: Math.round((userId * 137.508) % 360) % 360 };
}

function lettersOf(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}\p{Emoji}]/u.test(word));
  const first = words[0] ?? name;
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  const letters = last === undefined ? graphemes(first, 2) : [...graphemes(first, 1), ...graphemes(last, 1)];
  return letters.join('').toLocaleUpperCase();
}
