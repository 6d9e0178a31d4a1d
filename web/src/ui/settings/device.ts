/** A browser and its device, as people call them. */
import { t } from '../../lib/i18n';

/** In this order: browsers built on others name those as well. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

const firstIn = (table: typeof BROWSERS, agent: string) => table.find(([pattern]) => pattern.test(agent))?.[1];

/** "Firefox, Linux" from a `User-Agent`; the agent itself when it is no browser we know. */
export function deviceName(agent: string): { name: string; phone: boolean } {
  const browser = firstIn(BROWSERS, agent);
  const system = firstIn(SYSTEMS, agent);
  const name = browser && system ? t('device.name', { browser, system }) : (browser ?? system ?? (agent || t('device.unknown')));
  return { name, phone: /iPhone|Android/.test(agent) };
}
