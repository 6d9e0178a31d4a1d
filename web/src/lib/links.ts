/** Which links are safe to follow, and which deserve a word of warning. */

const SAFE_PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

export interface SafeLink {
  readonly href: string;
  /** The host as the network sees it, when what is written could deceive; else null. */
  readonly warning: string | null;
}

/**
 * Judges a link by its target as written and by the text it carries. Null when it is neither http, https nor mailto,
 * or not absolute: then it is no link.
 */
export function judgeLink(target: string, text: string): SafeLink | null {
  // A URL parser drops tabs, line breaks and outer blanks; a browser would follow what is left.
  if (!URL.canParse(target)) return null;
  const url = new URL(target);
  if (!SAFE_PROTOCOLS.has(url.protocol)) return null;
  if (url.protocol === 'mailto:') return { href: url.href, warning: null };
  const deceives = url.username !== '' || mixesScripts(hostAsWritten(target)) || claimsAnotherHost(text, url);
  return { href: url.href, warning: deceives ? url.host : null };
}

/** A web address as found in a sentence, without what ends the sentence: points, quotes, brackets it did not open. */
export function withoutTrailingPunctuation(address: string): string {
  let end = address.length;
  for (;;) {
    const last = address[end - 1] ?? '';
    const unopened = CLOSING[last] !== undefined && count(address, last, end) > count(address, CLOSING[last], end);
    if (!unopened && !/[.,:;!?*_~“'"…»”’。、，！？]/u.test(last)) return address.slice(0, end);
    end -= 1;
  }
}

/** Each closing bracket and the one that opens it. */
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

function count(text: string, wanted: string, end: number): number {
  let found = 0;
  for (let at = text.indexOf(wanted); at !== -1 && at < end; at = text.indexOf(wanted, at + 1)) found += 1;
  return found;
}

/** The host between `//` and the path, before the parser turns it into punycode. */
function hostAsWritten(target: string): string {
  const authority = /^[a-z]+:[\\/]*([^\\/?#]*)/iu.exec(target)?.[1] ?? '';
  return authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/u, '');
}

const SCRIPTS: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  // Japanese, Chinese and Korean names mix these among themselves.
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u,
];
const OTHER_LETTER = /(?![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}])\p{L}/u;

/** Whether the letters of a host name, ending included, come from more than one script: `аpple.com` with a Cyrillic а. */
function mixesScripts(host: string): boolean {
  const present = SCRIPTS.filter((script) => script.test(host)).length + Number(OTHER_LETTER.test(host));
  return present > 1;
}

/** Whether the text of the link looks like an address with another host than the one it leads to. */
function claimsAnotherHost(text: string, url: URL): boolean {
  const written = text.trim();
  if (!/^(?:https?:\/\/)?[^\s/]+\.[^\s/.]{2,}(?:[/?#:]|$)/iu.test(written)) return false;
  const address = /^https?:\/\//iu.test(written) ? written : `http://${written}`;
  if (!URL.canParse(address)) return false;
  const bare = (host: string) => host.replace(/^www\./u, '');
  return bare(new URL(address).hostname) !== bare(url.hostname);
}
