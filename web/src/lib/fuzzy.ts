/** Finds names by a few of their letters, for the switcher. */

/** How well a name matches; higher is better. */
export interface Match {
  readonly score: number;
  /** Positions in the name (UTF-16) of the letters that matched. */
  readonly positions: readonly number[];
}

const START_OF_NAME = 8;
const START_OF_WORD = 5;
const NEXT_TO_THE_LAST = 4;

/**
 * Matches `query` against `name`: all its letters must occur in order, ignoring case and accents. Letters at the
 * start of the name or of a word, and letters in a row, count more. Null when it does not match; an empty query
 * matches everything equally.
 */
export function matchName(query: string, name: string): Match | null {
  const wanted = fold(query.replace(/\s+/gu, ''));
  if (wanted.length === 0) return { score: 0, positions: [] };
  const letters = fold(name);
  let best: Match | null = null;
  // Greedy from each place where the first letter occurs: names are short, and this finds the run a person means.
  for (let start = letters.indexOf(wanted[0] ?? ''); start !== -1; start = letters.indexOf(wanted[0] ?? '', start + 1)) {
    const match = matchFrom(wanted, letters, start);
    if (match === null) break;
    if (best === null || match.score > best.score) best = match;
  }
  return best;
}

function matchFrom(wanted: readonly string[], letters: readonly string[], start: number): Match | null {
  const positions: number[] = [];
  let score = 0;
  let at = start;
  for (const letter of wanted) {
    const found = letters.indexOf(letter, at);
    if (found === -1) return null;
    if (found === 0) score += START_OF_NAME;
    else if (isWordStart(letters, found)) score += START_OF_WORD;
    if (positions.length > 0 && found === (positions[positions.length - 1] ?? -2) + 1) score += NEXT_TO_THE_LAST;
    score += 1;
    positions.push(found);
    at = found + 1;
  }
  // Of equal matches the shorter name is the closer one.
  return { score: score - letters.length / 1000, positions };
}

function isWordStart(letters: readonly string[], at: number): boolean {
  return /[\s._@#-]/u.test(letters[at - 1] ?? '');
}

/** Each UTF-16 unit folded by itself, so that positions stay those of the name. */
function fold(text: string): string[] {
  return text.split('').map((unit) => (unit.normalize('NFD')[0] ?? unit).toLowerCase());
}

/** Something that the switcher can list. */
export interface Candidate {
  readonly names: readonly string[];
  readonly unread: number;
}

/**
 * The candidates that match `query` by any of their names: those with unread messages first, then the better match,
 * then the order given. `matches` are positions in the first name, empty when another name matched.
 */
export function rank<Item extends Candidate>(query: string, candidates: readonly Item[]): { item: Item; matches: readonly number[] }[] {
  const found: { item: Item; score: number; matches: readonly number[] }[] = [];
  for (const item of candidates) {
    let score = Number.NEGATIVE_INFINITY;
    let matches: readonly number[] = [];
    item.names.forEach((name, index) => {
      const match = matchName(query, name);
      if (match === null || match.score <= score) return;
      score = match.score;
      matches = index === 0 ? match.positions : [];
    });
    if (score > Number.NEGATIVE_INFINITY) found.push({ item, score, matches });
  }
  return found.sort((a, b) => Number(b.item.unread > 0) - Number(a.item.unread > 0) || b.score - a.score);
}
