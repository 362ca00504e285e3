/** `run.sh`: the overrides as the command that starts verl. */
import type { Literal } from '../python/literal.ts';

/** @param values by the dotted name of the key, paths of the folder's own left out */
export function runScript(values: Readonly<Record<string, Literal>>, modelPath: string, title: string): string {
  const lines = Object.entries(values).map(([key, value]) => `  ${shellWord(`${key}=${hydraValue(value)}`)} \\`);
  return `#!/bin/sh
# Trains ${title.replaceAll(/[\r\n]/g, ' ')} with verl. Written by RLVR-Ops; README.md says what differs. Arguments are further overrides.
set -eu
cd "$(dirname "$0")"
MODEL="\${MODEL:-${modelPath.replaceAll(/["$`\\]/g, '\\$&')}}"
exec python3 -m verl.trainer.main_ppo \\
  "actor_rollout_ref.model.path=$MODEL" \\
  "data.train_files=$PWD/train.parquet" \\
  "data.val_files=$PWD/validation.parquet" \\
  "reward.custom_reward_function.path=$PWD/rlvr_rewards.py" \\
  reward.custom_reward_function.name=compute_score \\
${lines.join('\n')}
  "$@"
`;
}

/** A value in the grammar of Hydra's overrides. */
function hydraValue(value: Literal): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return /^[\w./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`\'`)}'`;
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(hydraValue).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, each]) => `${key}:${hydraValue(each)}`)
    .join(',')}}`;
}

function isList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}

/** In single quotes where a shell would read more into it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
