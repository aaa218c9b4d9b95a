import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asUnderstood, choicesFor, understand, type Column } from './understanding.ts';

const column = (header: string, meaning: string, becomes = meaning, known = true): Column => ({
  header,
  meaning,
  becomes,
  known,
});
const columns = [
  column('Rufnummer', 'number'),
  column('Vor  Name', 'first_name'),
  column('last_name', 'last_name'),
  column('Büro', ''),
  column('Mobile Phone', 'Mobile Phone', 'a cell number'),
  column('Phone 1 - Type', 'Phone 1 - Type', 'the kind of number 1'),
  column('a=b', ''),
  column('What', '', '', false),
];

test('a run is told what makes it read the same, and no more', () => {
  assert.deepEqual(asUnderstood(columns), { Rufnummer: 'number', 'Vor  Name': 'first_name', Büro: '' });
});

test('a header is a word, whatever objects have by that name', () => {
  const named = ['__proto__', 'constructor'].map((header) => column(header, 'first_name'));
  assert.equal(JSON.stringify(asUnderstood(named)), '{"__proto__":"first_name","constructor":"first_name"}');
});

test('a meaning that only its own header has stays one of the choices', () => {
  assert.deepEqual(choicesFor(columns[5]!)[0], ['Phone 1 - Type', 'As recognised: the kind of number 1']);
  assert.deepEqual(choicesFor(columns[4]!)[0], ['', 'Leave it out']);
  assert.deepEqual(choicesFor(columns[7]!)[0], ['', 'Leave it out']);
});

test('what is missing is told in words for people', () => {
  const found = understand({
    understood: { encoding: 'windows-1252', separator: ';', people: 'doctor', columns, rows: [], faults: [] },
    messages: [
      "linebook: upload: the header is not right: unknown column 'What'; column 'number' is missing. Say what a column is: --column",
    ],
  });
  assert.equal(found.fault, 'no column holds the numbers');
  assert.deepEqual([found.encoding, found.separator, found.people, found.columns.length], ['windows-1252', ';', 'doctor', 8]);
});

test('no file at all', () => {
  const found = understand({
    understood: null,
    messages: ['linebook: upload: line 1: the text holds a NUL byte; if it is UTF-16, say so: --encoding utf-16le'],
  });
  assert.equal(found.fault, 'line 1: the text holds a NUL byte; if it is UTF-16, say so');
  assert.deepEqual(understand(null).columns, []);
});
