// @vitest-environment node
import { expect, test } from 'vitest';
import { passwordStrength } from './password';

const facts = { username: 'ann', email: 'bell@example.org', least: 8 };

test.each([
  ['', 0],
  ['short', 0],
  ['password1', 0],
  ['qwertyuiop', 0],
  ['12345678', 0],
  ['aaaaaaaaaaaa', 0],
  ['ann12xyz', 1],
  ['bell-2026', 1],
  ['k7wq2zmp', 1],
  ['k7wq2zmpa', 2],
  ['k7wq2zmpa.r!', 3],
  ['correct horse battery staple', 4],
] as const)('%s is worth %i', (password, strength) => {
  expect(passwordStrength(password, facts)).toBe(strength);
});
