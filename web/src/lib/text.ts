/** Counting and judging text as the server does. */

/** The most characters of a message unless the server says otherwise. */
export const MESSAGE_MAX_CHARS = 4000;

/** From this part of the limit on, the composer shows a counter. */
const COUNTER_FROM = 0.8;

/**
 * What takes no ink: white space, controls, default-ignorable characters, fillers and the Braille blank. The same set
 * as `is_invisible` in `crates/domain/src/invisible.rs`, so that the composer refuses what the server would refuse.
 */
const INVISIBLE_ONLY =
  /^[\p{White_Space}\p{Cc}\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\u{E0000}-\u{E0FFF}]*$/u;

/** How many Unicode scalar values `text` has; a lone surrogate counts as one, as it does once it is encoded. */
export function countChars(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(at + 1);
    if (next >= 0xdc00 && next <= 0xdfff) {
      count -= 1;
      at += 1;
    }
  }
  return count;
}

/** Whether a message of this text would show nothing. */
export function isBlank(text: string): boolean {
  return INVISIBLE_ONLY.test(text);
}

export type BodyJudgement =
  | { readonly kind: 'blank' | 'ok' }
  /** At least 80 % of the limit: show how many characters are left. */
  | { readonly kind: 'near'; readonly left: number }
  | { readonly kind: 'too_long'; readonly over: number };

/** What the composer says of `text` before it is sent. */
export function judgeBody(text: string, limit: number = MESSAGE_MAX_CHARS): BodyJudgement {
  if (isBlank(text)) return { kind: 'blank' };
  // The length in UTF-16 units is never below the number of characters, so short texts need no count.
  if (text.length < limit * COUNTER_FROM) return { kind: 'ok' };
  const count = countChars(text);
  if (count > limit) return { kind: 'too_long', over: count - limit };
  if (count >= limit * COUNTER_FROM) return { kind: 'near', left: limit - count };
  return { kind: 'ok' };
}

/**
 * The text as it goes over the wire: lone surrogates, which JSON cannot carry, become U+FFFD, and NUL, which the
 * server refuses and nobody can see, goes.
 */
export function sendable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first `limit` characters as people see them. */
export function graphemes(text: string, limit = Number.POSITIVE_INFINITY): string[] {
  const found: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    if (found.length >= limit) break;
    found.push(segment);
  }
  return found;
}

const EMOJI = /^(?:\p{RI}\p{RI}|(?=\p{Emoji})(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|[#*0-9]\uFE0F?\u20E3))/u;

/** Whether `text` is one to three emoji and nothing else but spaces between them. */
export function isLargeEmoji(text: string): boolean {
  // The longest single emoji have some 20 UTF-16 units; anything longer than this is something else.
  if (text.length > 120) return false;
  const parts = graphemes(text.trim()).filter((part) => !/^\s+$/u.test(part));
  return parts.length >= 1 && parts.length <= 3 && parts.every((part) => EMOJI.test(part) && !/[\p{L}\p{M}]/u.test(part.replaceAll('\u20E3', '').replaceAll('\uFE0F', '')));
}
