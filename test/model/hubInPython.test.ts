/** Promise: the cache is one with that of Hugging Face's own tools, where a Python has them. What either has fetched the other uses as it is. */
import assert from 'node:assert/strict';
import { readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { findModel } from '../../src/engine/model/findModel.ts';
import { getModel } from '../../src/engine/model/hub/getModel.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import { hubPlace } from '../support/hubPlace.ts';
import { MODEL_COMMIT, MODEL_NAME, modelRepo, WEIGHTS } from '../support/modelRepo.ts';
import { pythonWith, runPythonBeside } from '../support/python.ts';

const { python, skip } = pythonWith('huggingface_hub', 'transformers');
const FOLDER = 'models--owner--tiny';
const TEXT = 'Ann has 72';
const HERE = ['config.json', 'tokenizer.json', 'tokenizer_config.json', WEIGHTS];

/** Without a network, what the tools find in the cache. */
const FIND = `
import json, warnings
from huggingface_hub import scan_cache_dir, snapshot_download, try_to_load_from_cache
from transformers import AutoConfig, AutoTokenizer
NAME = ${JSON.stringify(MODEL_NAME)}
scan = scan_cache_dir()
print(json.dumps({
    "snapshot": snapshot_download(NAME, local_files_only=True),
    "tagged": snapshot_download(NAME, revision="v1", local_files_only=True),
    "files": [try_to_load_from_cache(NAME, file) for file in ${JSON.stringify(HERE)}],
    "warnings": [str(warning) for warning in scan.warnings],
    "revisions": [[repo.repo_id, repo.repo_type, revision.commit_hash, sorted(revision.refs)] for repo in scan.repos for revision in repo.revisions],
    "type": AutoConfig.from_pretrained(NAME, local_files_only=True).model_type,
    "ids": AutoTokenizer.from_pretrained(NAME, local_files_only=True)(${JSON.stringify(TEXT)})["input_ids"],
}))
`;
const foundSchema = z.object({
  snapshot: z.string(),
  tagged: z.string(),
  files: z.array(z.string().nullable()),
  warnings: z.array(z.string()),
  revisions: z.array(z.array(z.unknown())),
  type: z.string(),
  ids: z.array(z.number()),
});

const GET = `
import json
from huggingface_hub import snapshot_download
print(json.dumps(snapshot_download(${JSON.stringify(MODEL_NAME)})))
`;

test('what was fetched here is found by huggingface_hub and transformers', { skip, timeout: 120_000 }, async (t) => {
  const { cacheDir, options, hub } = await hubPlace(t, await modelRepo());
  const { folder } = await getModel(MODEL_NAME, options);
  await getModel(`${MODEL_NAME}@v1`, options);
  const asked = hub.requests.length;
  const env = { HF_HUB_CACHE: cacheDir, HF_ENDPOINT: hub.endpoint };
  const found = foundSchema.parse(await runPythonBeside(python, FIND, { env }));
  assert.deepEqual(found, {
    snapshot: folder,
    tagged: folder,
    files: HERE.map((file) => path.join(folder, file)),
    warnings: [],
    revisions: [[MODEL_NAME, 'model', MODEL_COMMIT, ['main', 'v1']]],
    type: 'gpt2',
    ids: [...(await Tokenizer.load(folder)).encode(TEXT)],
  });
  assert.equal(hub.requests.length, asked);
});

test(
  'what huggingface_hub has fetched is used as it is, and lies as ours does',
  { skip, timeout: 120_000 },
  async (t) => {
    const theirs = await hubPlace(t, await modelRepo());
    const env = { HF_HUB_CACHE: theirs.cacheDir, HF_ENDPOINT: theirs.hub.endpoint, HF_HUB_OFFLINE: '0' };
    const folder = await runPythonBeside(python, GET, { env });
    assert.deepEqual(await findModel(MODEL_NAME, '/nowhere', { HF_HUB_CACHE: theirs.cacheDir }), {
      path: folder,
      revision: MODEL_COMMIT,
      warnings: [],
    });
    const asked = theirs.hub.requests.length;
    const got = await getModel(MODEL_NAME, theirs.options);
    assert.deepEqual([got.fetched, got.folder], [0, folder]);
    const contents = theirs.hub.requests.slice(asked).filter((request) => request.includes('/resolve/'));
    assert.deepEqual(contents, []);

    const ours = await hubPlace(t, await modelRepo());
    await getModel(MODEL_NAME, ours.options);
    for (const file of HERE) {
      const [mine, its] = [ours, theirs].map(({ cacheDir }) =>
        readlinkSync(path.join(cacheDir, FOLDER, 'snapshots', MODEL_COMMIT, file)),
      );
      assert.equal(mine, its, file);
    }
    for (const { cacheDir } of [ours, theirs])
      assert.equal(readFileSync(path.join(cacheDir, FOLDER, 'refs/main'), 'utf8'), MODEL_COMMIT);
  },
);
