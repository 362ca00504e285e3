import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tooSmall } from './clusterCompute.ts';

const node = (cpus: number, gpus: number) => ({ cpus, gpus });

test('where no node will ever have room, what they have and what to lower is said', () => {
  assert.equal(tooSmall({ cpus: 4, gpus: 1 }, [node(0, 0), node(8, 1)]), null);
  assert.equal(tooSmall({ cpus: 4, gpus: 0.5 }, [node(4, 1)]), null);
  const said = tooSmall({ cpus: 4, gpus: 1 }, [node(8, 0), node(2, 2), node(8, 0)]) ?? '';
  assert.match(said, /No node of the cluster has 4 processors and 1 graphics cards/);
  assert.match(said, /they have 8 processors and 0 graphics cards; 2 processors and 2 graphics cards\. /);
  assert.match(said, /Lower ray\.cpus or ray\.gpus/);
});
