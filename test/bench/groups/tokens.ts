import { cpuOf, runRounds, type Sample } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import { compareRow, type Row } from '../table.ts';

/** Measures session tokens against bare signatures. */
export async function tokens(stage: Stage): Promise<Row[]> {
  const measured = await stage.server('measured/tokens.ts');
  const count = stage.pick(300, 2000, 5000);
  const work = (what: string) => () => measured.ask<Sample>(what, count);
  const samples = await runRounds(stage.rounds, {
    mint: work('mint'),
    mintBare: work('mintBare'),
    verify: work('verify'),
    verifyBare: work('verifyBare'),
  });
  const cpu = (ours: Sample[], floors: Sample[]) => ({ ours: cpuOf(ours), floors: cpuOf(floors), unit: 'us CPU' });
  return [
    compareRow('Q10', 'session token minted, by node:crypto', { ...cpu(samples.mint, samples.mintBare), atMost: 1.2 }),
    compareRow('Q10', 'session token first verified, by node:crypto', { ...cpu(samples.verify, samples.verifyBare), atMost: 1.1 }),
  ];
}
