/** Looks up sentences, with the parameters of each checked by the compiler. */
import type { EndReason } from './contract';
import { en } from './en';

type Catalogue = typeof en;
type Plural = { readonly one: string; readonly other: string };
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type ParametersOf<Entry> = Entry extends string
  ? Names<Entry>
  : Entry extends Plural
    ? Names<Entry['other']> | Names<Entry['one']> | 'count'
    : never;
type Arguments<Key extends StringKey> = [ParametersOf<Catalogue[Key]>] extends [never]
  ? []
  : [parameters: { readonly [Name in ParametersOf<Catalogue[Key]>]: Name extends 'count' ? number : string | number }];

/** The name of a sentence. */
export type StringKey = keyof Catalogue;

/** The language of the catalogue; dates and times follow the browser's own. */
export const LANGUAGE = 'en';

const plurals = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat(LANGUAGE);

/** The sentence `key` with its parameters filled in. Numbers are formatted, text is inserted as it is. */
export function t<Key extends StringKey>(key: Key, ...[parameters]: Arguments<Key>): string {
  const values = (parameters ?? {}) as Readonly<Record<string, string | number>>;
  const entry: string | Plural = en[key];
  const text = typeof entry === 'string' ? entry : entry[plurals.select(Number(values['count'])) === 'one' ? 'one' : 'other'];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

/** "Ann", "Ann and Bob", "Ann, Bob and 3 others". */
export function joinNames(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return '';
  if (second === undefined) return first;
  if (names.length === 2) return t('names.two', { first, second });
  return t('names.more', { names: `${first}, ${second}`, count: names.length - 2 });
}

/** "Ann is typing…"; empty when nobody is. */
export function typingText(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return '';
  if (second === undefined) return t('typing.one', { first });
  if (names.length === 2) return t('typing.two', { first, second });
  return t('typing.more', { first, second, count: names.length - 2 });
}

/** Why a session is over, for the dialog; `name` is the person it belonged to. */
export function explainEnd(reason: EndReason, name: string): { title: string; text: string } {
  if (reason === 'other_account') return { title: t('end.other_account.title'), text: t('end.other_account.text', { name }) };
  return { title: t(`end.${reason}.title`), text: t(`end.${reason}.text`) };
}

/** "12 seconds" or "3 minutes", rounded up. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  if (seconds < 90) return t('duration.seconds', { count: seconds });
  return t('duration.minutes', { count: Math.ceil(seconds / 60) });
}
