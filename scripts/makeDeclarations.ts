/** Writes `rlvr.d.ts` beside the examples, from the library: `npm run make-declarations`. The editor copies the demo's. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { rewardDeclarations } from './rewardDeclarations.ts';

for (const example of ['demo', 'gsm8k']) {
  const file = path.resolve(import.meta.dirname, '../examples', example, 'rlvr.d.ts');
  writeFileSync(file, await rewardDeclarations());
  console.log(path.relative(process.cwd(), file));
}
