/** Join and leave lines: who came and went, gathered so that they tell and do not chatter. Pure. */

/** Above this many people online the lines stop. */
export const NOTICES_UP_TO = 50;
/** As many lines as a room keeps. */
const KEPT = 50;

export interface PresenceNotice {
  readonly id: number;
  readonly came: boolean;
  readonly userIds: readonly number[];
  /** The `seq` of the newest message at that moment. */
  readonly afterSeq: number;
  /** Milliseconds since 1970 by the server's clock. */
  readonly at: number;
}

export interface PresenceChange {
  readonly came: boolean;
  readonly userIds: readonly number[];
  readonly afterSeq: number;
  readonly at: number;
}

/**
 * The lines after one more change. Between two messages, people who leave and come back (or the other way round) undo
 * their earlier line instead of adding one, and people who do the same share a line.
 */
export function addNotice(notices: readonly PresenceNotice[], change: PresenceChange): readonly PresenceNotice[] {
  const undone = new Set<number>();
  const kept = notices.flatMap((notice) => {
    if (notice.came === change.came || notice.afterSeq !== change.afterSeq) return [notice];
    const left = notice.userIds.filter((id) => !change.userIds.includes(id));
    for (const id of notice.userIds) if (change.userIds.includes(id)) undone.add(id);
    return left.length === 0 ? [] : [left.length === notice.userIds.length ? notice : { ...notice, userIds: left }];
  });
  const added = change.userIds.filter((id) => !undone.has(id));
  if (added.length === 0) return kept;
  const last = kept[kept.length - 1];
  if (last !== undefined && last.came === change.came && last.afterSeq === change.afterSeq) {
    const together = [...last.userIds, ...added.filter((id) => !last.userIds.includes(id))];
    return [...kept.slice(0, -1), { ...last, userIds: together }];
  }
  const id = 1 + notices.reduce((highest, notice) => Math.max(highest, notice.id), 0);
  return [...kept, { id, ...change, userIds: added }].slice(-KEPT);
}
