// @vitest-environment node
import { expect, test } from 'vitest';
import { matchName, rank } from './fuzzy';

test('letters must occur in order, in any case and without accents', () => {
  expect(matchName('zoe', 'Zoë Brun')?.positions).toEqual([0, 1, 2]);
  expect(matchName('zb', 'Zoë Brun')?.positions).toEqual([0, 4]);
  expect(matchName('bz', 'Zoë Brun')).toBeNull();
  expect(matchName('', 'anything')?.positions).toEqual([]);
});

test('a start of the name beats a start of a word, which beats the middle; shorter beats longer', () => {
  const order = rank('ann', [
    { names: ['Johannes'], unread: 0 },
    { names: ['Mary Ann'], unread: 0 },
    { names: ['Annabel'], unread: 0 },
    { names: ['Ann'], unread: 0 },
    { names: ['Bob'], unread: 0 },
  ]).map(({ item }) => item.names[0]);
  expect(order).toEqual(['Ann', 'Annabel', 'Mary Ann', 'Johannes']);
});

test('unread comes first, whatever matches better', () => {
  const order = rank('b', [
    { names: ['Bob'], unread: 0 },
    { names: ['Abel'], unread: 2 },
  ]).map(({ item }) => item.names[0]);
  expect(order).toEqual(['Abel', 'Bob']);
});

test('without a query everything is listed, unread first, else in the order given', () => {
  const order = rank('', [
    { names: ['Lobby'], unread: 0 },
    { names: ['Cat'], unread: 0 },
    { names: ['Ann'], unread: 1 },
  ]).map(({ item }) => item.names[0]);
  expect(order).toEqual(['Ann', 'Lobby', 'Cat']);
});

test('the username matches too, but only letters of the shown name are marked', () => {
  const [found] = rank('zed', [{ names: ['Ann', 'zed_42'], unread: 0 }]);
  expect(found?.matches).toEqual([]);
});
