import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getCountries } from 'libphonenumber-js/max';
import { isCountry } from '../../api/rules/countries.ts';

test('plans.create: the countries are those of the tables of phone numbers, no more and no fewer', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const all = letters.flatMap((first) => letters.map((second) => first + second));
  assert.deepEqual(all.filter(isCountry), getCountries().sort());
  for (const odd of ['', 'D', 'de', 'DEU', 'D E']) assert.equal(isCountry(odd), false, odd);
});
