/** How strong a password looks, for the meter beside the field. The server alone decides what it accepts. */

/** 0: too short, or as good as none; 1: weak; 2: fair; 3: good; 4: strong. */
export type Strength = 0 | 1 | 2 | 3 | 4;

export interface StrengthFacts {
  readonly username: string;
  readonly email: string;
  /** The fewest characters that the server accepts. */
  readonly least: number;
}

/** What guessers try first, with or without endings. */
const COMMON = /^(?:pass(?:word|wort|w0rd)?|p[a@][s$]{2}w[o0]rd|qwert[yz]\w*|azerty\w*|asdf\w*|zxcv\w*|1q2w3e\w*|iloveyou|letmein|welcome|sunshine|princess|football|dragon|monkey|master|admin\w*|login|secret|changeme|abc\w{0,3})[\d!?.*#]*$/iu;

/** Length counts most, then how many different characters there are (NIST SP 800-63B asks for no more). */
export function passwordStrength(password: string, facts: StrengthFacts): Strength {
  const characters = [...password];
  if (characters.length < facts.least || COMMON.test(password) || isRun(characters)) return 0;
  const variety = new Set(characters.map((character) => character.toLowerCase())).size;
  // Each character that repeats adds little.
  let worth = Math.min(characters.length, variety * 1.5);
  if (contains(password, facts.username) || contains(password, facts.email.split('@')[0] ?? '')) worth -= 6;
  if (worth < 9) return 1;
  if (worth < 12) return 2;
  return worth < 16 ? 3 : 4;
}

function contains(password: string, name: string): boolean {
  return name.length >= 3 && password.toLowerCase().includes(name.toLowerCase());
}

/** `12345678`, `abcdefgh`, `aaaaaaaa`, and the same backwards. */
function isRun(characters: readonly string[]): boolean {
  const steps = characters.slice(1).map((character, index) => (character.codePointAt(0) ?? 0) - (characters[index]?.codePointAt(0) ?? 0));
  return [0, 1, -1].some((step) => steps.every((found) => found === step));
}
