import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brand } from '../../api/contract/bootstrap/brand.ts';
import { PRIMARY_COLOR } from '../../api/rules/primary-color.ts';
import { tokens } from '../../themes/tokens.ts';

test('the default color MT5: where nobody chose one, widgets, mails and answers have the same', () => {
  const [, ofWidgets] = /--wl-brand-primary, (#[0-9a-f]{6})\)/.exec(tokens.cssText) ?? [];
  assert.deepEqual(
    { ofWidgets, ofAnswers: brand.parse({ companyName: 'Northwind' }).primaryColor },
    { ofWidgets: PRIMARY_COLOR, ofAnswers: PRIMARY_COLOR },
  );
});
