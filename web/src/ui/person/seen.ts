/** When somebody was last here, in words. */
import { t } from '../../lib/i18n';
import { dayKey, dayLabel, shortTime } from '../../lib/time';

/** "Online", "Last seen today at 14:02", or "Not here yet". `today` is a day key. */
export function seenText(online: boolean, lastSeenAt: string | null, today: string): string {
  if (online) return t('seen.online');
  if (lastSeenAt === null) return t('seen.never');
  const day = dayKey(lastSeenAt);
  const time = shortTime(lastSeenAt);
  return day === today ? t('seen.today', { time }) : t('seen.day', { day: dayLabel(day, today), time });
}
