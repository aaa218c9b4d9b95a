import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fallbackOf, fallbackText } from './fallback.ts';

test('a fallback is a number as people write it, a SIP address, or nothing', () => {
  assert.deepEqual(fallbackOf('(585) 555-0100'), { type: 'number', number: '+15855550100' });
  assert.deepEqual(fallbackOf('1 585 555 0100'), { type: 'number', number: '+15855550100' });
  assert.deepEqual(fallbackOf('+44 20 7946 0000'), { type: 'number', number: '+442079460000' });
  assert.deepEqual(fallbackOf(' sip:desk@example.com '), { type: 'sip', sip_uri: 'sip:desk@example.com' });
  assert.equal(fallbackOf('  '), null);
  assert.deepEqual(
    ['+15855550100', 'sips:a@b', ''].map((text) => fallbackText(fallbackOf(text))),
    ['+15855550100', 'sips:a@b', ''],
  );
});
