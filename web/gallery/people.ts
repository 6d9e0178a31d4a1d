import type { UserView } from '../src/lib/contract';

const person = (id: number, username: string, display_name: string, more: Partial<UserView> = {}): UserView => ({
  id,
  username,
  display_name,
  role: 'member',
  avatar_url: null,
  about: '',
  online: true,
  last_seen_at: '2026-11-21T09:41:00Z',
  created_at: '2026-09-02T10:00:00Z',
  ...more,
});

export const people: readonly UserView[] = [
  person(1, 'nora', 'Nora Lindqvist', { role: 'owner', about: 'Keeps the lights on.\nCeramics on Sundays.' }),
  person(2, 'tomasz', 'Tomasz Wróbel', { about: 'Backend, bread, bicycles. Usually in the workshop on Tuesdays.' }),
  person(3, 'amina', 'أمينة الخطيب'),
  person(4, 'yuki', '高橋 由紀'),
  person(5, 'ines', 'Inês de Albuquerque e Vasconcelos-Montenegro'),
  person(6, 'dmitri', 'Дмитрий Соколов'),
  person(7, 'oluwaseun', 'Oluwaseun Adebayo'),
  person(8, 'zalgo', 'Z̷̢̛̗a̴̡̛l̵͇̀g̶̱̈́o̴̻͝', { online: true }),
];
