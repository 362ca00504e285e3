/**
 * Where a reward function begins in the user's file: the place of an error that has none of its own. What hangs, dies or returns no
 * score leaves no stack behind, so the function is all that can be told.
 */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { COMMON_JS_ENTRY } from './commonJsEntry.ts';

const INLINE_MAP = /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/;

const mapSchema = z.object({
  version: z.number(),
  sources: z.array(z.string()),
  sourcesContent: z.array(z.string()).default([]),
  names: z.array(z.string()),
  mappings: z.string(),
});

/**
 * "reward.ts:3:14", or null where it cannot be told.
 *
 * @param bundle path of the module that `bundleReward` made
 * @param name of the export
 * @param folder what the place is relative to
 */
export function functionPlace(bundle: string, name: string, folder: string): string | null {
  try {
    const code = readFileSync(bundle, 'utf8');
    const declared = declarationOf(code, localName(code, name));
    const encoded = INLINE_MAP.exec(code)?.[1];
    if (declared === null || encoded === undefined) return null;
    const entry = new SourceMap(payloadOf(encoded)).findEntry(declared.line, declared.column);
    if (!('originalSource' in entry) || entry.originalSource.endsWith(COMMON_JS_ENTRY)) return null;
    const file = path.resolve(path.dirname(bundle), entry.originalSource);
    return `${path.relative(folder, file)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  } catch {
    // The bundle is gone, or is none of ours.
    return null;
  }
}

/** esbuild writes all exports of a module in one list at its end. */
function localName(code: string, name: string): string {
  const list = /^export \{\n([^}]*)\n\};$/m.exec(code)?.[1] ?? '';
  const entries = list.split(',').map((entry) => entry.trim().split(' as '));
  return entries.find(([local, exported = local]) => exported === name)?.[0] ?? name;
}

/** Of a top-level declaration, which esbuild begins at the margin; both from 0. */
function declarationOf(code: string, local: string): { line: number; column: number } | null {
  const escaped = local.replaceAll('$', '\\$');
  const found = new RegExp(`^(?:(?:async )?function\\*? |class |var |let |const )(?=${escaped}(?![\\w$]))`, 'm').exec(
    code,
  );
  if (found === null) return null;
  const line = code.slice(0, found.index).split('\n').length - 1;
  return { line, column: found[0].length };
}

function payloadOf(encoded: string): SourceMapPayload {
  const map = mapSchema.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  return { ...map, file: '', sourceRoot: '' };
}
