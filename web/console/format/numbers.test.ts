import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, formatNumber, markDigits, markName, readQuery } from './numbers.ts';

const hits = (pieces: { text: string; hit: boolean }[]) =>
  pieces
    .filter(({ hit }) => hit)
    .map(({ text }) => text)
    .join('|');

test('ten digits and +1 are written as people write them, others as they are', () => {
  assert.equal(formatNumber('5852984455'), '(585) 298-4455');
  assert.equal(formatNumber('+15852984455'), '(585) 298-4455');
  assert.equal(formatNumber('+442079460958'), '+442079460958');
  assert.equal(formatNumber('anonymous'), 'anonymous');
});

test('what was typed is digits or a name', () => {
  assert.deepEqual(readQuery('  '), { kind: 'all' });
  assert.deepEqual(readQuery('(585) 298'), { kind: 'digits', digits: '585298', text: '(585) 298' });
  assert.deepEqual(readQuery('+1 585 298 4455'), { kind: 'digits', digits: '5852984455', text: '+1 585 298 4455' });
  assert.deepEqual(readQuery('do, jo'), { kind: 'name', text: 'do, jo' });
  assert.deepEqual(readQuery('( )'), { kind: 'name', text: '( )' });
});

test('found digits are marked through their punctuation', () => {
  assert.equal(hits(markDigits('(585) 298-4455', '52984')), '5) 298-4');
  assert.equal(hits(markDigits('(585) 298-4455', '999')), '');
  assert.equal(
    markDigits('(585) 298-4455', '585')
      .map(({ text }) => text)
      .join(''),
    '(585) 298-4455',
  );
});

test('beginnings of names are marked', () => {
  assert.equal(hits(markName('John Doe', 'do')), 'Do');
  assert.equal(hits(markName('John Doe', 'doe, j')), 'J|Doe');
});

test('counts have their noun', () => {
  assert.equal(count(1, 'number'), '1 number');
  assert.equal(count(12480, 'number'), '12,480 numbers');
});
