import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatteryPause } from './batteryPause.ts';

test('a run is paused on battery and goes on when there is mains again', () => {
  const battery = new BatteryPause();
  assert.equal(battery.look('mains'), null);
  assert.equal(battery.look('battery'), 'pause');
  assert.ok(battery.pauses);
  assert.equal(battery.look('battery'), null);
  assert.equal(battery.look(null), null, 'what is not said has not changed');
  assert.equal(battery.look('mains'), 'continue');
  assert.ok(!battery.pauses);
});

test('what a person says stays, until the machine comes to its battery again', () => {
  const goneOn = new BatteryPause();
  assert.equal(goneOn.look('battery'), 'pause');
  goneOn.overrule('continue');
  assert.equal(goneOn.look('battery'), null);
  assert.equal(goneOn.look('mains'), null);
  assert.equal(goneOn.look('battery'), 'pause');

  const paused = new BatteryPause();
  assert.equal(paused.look('battery'), 'pause');
  paused.overrule('pause');
  assert.equal(paused.look('mains'), null, 'it was paused for another reason');
});

test('what a person paused before does not go on with mains', () => {
  const battery = new BatteryPause();
  battery.overrule('pause');
  assert.equal(battery.look('battery'), null);
  assert.ok(!battery.pauses);
  assert.equal(battery.look('mains'), null);
  battery.overrule('continue');
  assert.equal(battery.look('battery'), 'pause');
});

test('a machine without a battery never pauses a run', () => {
  const none = new BatteryPause();
  for (const source of [null, 'mains', null, 'mains'] as const) assert.equal(none.look(source), null);
});
