/** Writes the manifest's `contributes.languageModelTools` from the table of tools: `npm run make-agent-tools`. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { languageModelTools } from './agentToolManifest.ts';

const file = path.resolve(import.meta.dirname, '../package.json');
const manifest = z.looseObject({ contributes: z.looseObject({}) }).parse(JSON.parse(readFileSync(file, 'utf8')));
manifest.contributes['languageModelTools'] = languageModelTools();
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
console.log(path.relative(process.cwd(), file));
