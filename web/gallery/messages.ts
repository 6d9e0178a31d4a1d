import type { DateRow, MessageRow, SystemRow, TimelineRow } from '../src/lib/contract';
import { people } from './people';

let seq = 0;

export function said(authorId: number, at: string, body: string, more: Partial<MessageRow> = {}): MessageRow {
  const author = people.find((person) => person.id === authorId);
  seq += 1;
  return {
    kind: 'message',
    key: `m${seq}`,
    id: seq,
    seq,
    clientKey: `c${seq}`,
    own: authorId === 1,
    authorId,
    author: author?.display_name ?? '?',
    username: author?.username ?? '?',
    body,
    at: `2026-11-${at}:00Z`,
    edited: false,
    deleted: false,
    delivery: 'sent',
    reason: '',
    starts: true,
    ends: true,
    ...more,
  };
}

const day = (key: string): DateRow => ({ kind: 'date', key: `d${key}`, day: `2026-11-${key}` });
const line = (text: string, at: string): SystemRow => ({ kind: 'system', key: `s${text}`, text, at: Date.parse(`2026-11-${at}:00Z`) });
const first = { starts: true, ends: false };
const last = { starts: false, ends: true };

export const talk = (): TimelineRow[] => [
  day('20'),
  said(2, '20T16:02', 'Kiln is free from Thursday. Who wants the first slot?', first),
  said(2, '20T16:02', 'I have 14 mugs waiting 🙃', last),
  said(1, '20T16:05', "Take it. I'm glazing until the weekend anyway."),
  said(4, '20T16:40', '了解です。金曜日の午後はどうですか？釉薬はまだ二種類残っています。'),
  line('Oluwaseun Adebayo left', '20T17:20'),
  day('21'),
  said(6, '21T08:02', 'Вот скрипт для отчёта:\n```python\nfor pot in shelf:\n\tif pot.fired_at > cone(6):\n\t\tprint(f"{pot.name:<24} {pot.fired_at:%d %b} {pot.weight_in_grams:>6} g  # keep this one on the upper shelf, please")\n```\nЗапустите `make report` и всё.'),
  said(3, '21T08:12', 'صباح الخير! هل يمكن لأحد أن يفتح الباب الخلفي؟ the code is **4711** now'),
  said(1, '21T08:14', 'On my way, two minutes.', first),
  said(1, '21T08:16', 'Door is open. Coffee is on, too.', { ...last, edited: true }),
  line('Oluwaseun Adebayo joined', '21T08:30'),
  said(6, '21T08:32', '> who has the key to the storage room?\n\nTomasz, until Monday. And `make report` works again.'),
  said(5, '21T09:05', 'For the open day:\n\n1. Posters, see https://example.org/open-day/posters?size=a3\n2. Clay for 20 people\n3. _Somebody_ who speaks ~~Dutch~~ German'),
  said(1, '21T09:07', 'Posters are at the printer, 40 pieces in A3. I asked them to leave a wide margin at the bottom so that we can write the room number by hand, and to use the uncoated paper again, because the last ones curled in the window after two days of sun.', first),
  said(1, '21T09:07', '🎉', last),
  said(2, '21T09:40', 'Perfect.', first),
  said(2, '21T09:41', 'I can bring clay on Monday', last),
];

export const troubles = (): TimelineRow[] => [
  ...talk(),
  said(2, '21T09:42', '', { deleted: true }),
  said(8, '21T09:43', 'Z̷̢̛̗̖̘̙̜̹̺̫̬̯̰̱̲̳̈́̀̾̿͌̕a̴̡̛̤̥̦̩̪̳̼͇͈͉͍͎̐̑̒̓̔l̵͇̀̅̆̇̈̉̊̋̌̍̎̏g̶̱̈́̂̃̄o̴̻͝ '.repeat(3) + 'a'.repeat(400)),
  said(1, '21T09:44', 'Shall I order the new shelves today?', { id: null, seq: null, delivery: 'failed', reason: 'The server could not store this message.' }),
  said(1, '21T09:45', 'And 10 kg of the white glaze', { id: null, seq: null, delivery: 'pending', starts: true, ends: true }),
];

export const many = (count: number): TimelineRow[] => [
  day('19'),
  ...Array.from({ length: count }, (_, index) =>
    said((index % 5) + 1, '19T10:00', `Message ${index + 1} ${'lorem ipsum dolor '.repeat(index % 7)}`),
  ),
];
