import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Hunt, type Verdict } from './hunt.ts';
import { makeSmallSandbox } from './small-project.ts';

const source = `
export const names = ['a', 'b'];
export const remember = () => localStorage.setItem('a', 'b');
export const neverAsked = () => 1;
`;

const testFile = `
import { names, remember } from '../../../widgets/kit/sample.ts';

const expect = (isTrue: boolean) => {
  if (!isTrue) throw new Error('it is not so');
};
let begun = '';
describe('a page', function () {
  this.timeout(1000);
  before(() => (begun += 'b'));
  beforeEach(() => (begun += 'e'));
  afterEach(() => (begun += 'a'));
  it('has two names', () => expect(names.length === 2 && begun === 'be'));
  it('remembers nothing of the page before', () => {
    expect(localStorage.length === 0);
    remember();
    expect(localStorage.length === 1);
  });
});
`;

test('mutants: a page is loaded again with each mutant, and nothing is stored there', async () => {
  const path = 'test/widgets/kit/sample.test.ts';
  const sandbox = await makeSmallSandbox(['widgets/kit/sample.ts', source], [path, testFile]);
  const hunt = await Hunt.open(sandbox.folder, path, sandbox.mutants);
  after(() => hunt.close());
  const ends: Record<string, Verdict | undefined> = {};
  for (const mutant of sandbox.mutants) ends[`${mutant.was} => ${mutant.is}`] = (await hunt.tryAlone(mutant)) ?? (await hunt.try(mutant));
  assert.deepEqual(ends, {
    "['a', 'b'] => []": 'killed',
    "'a' => ''": 'survived',
    "'b' => ''": 'survived',
    "localStorage.setItem('a', 'b') => undefined": 'killed',
    '1 => undefined': undefined,
  });
});
