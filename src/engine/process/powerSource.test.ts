import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { linuxPowerSource, parsePmset, parsePowerLine, readPowerSource } from './powerSource.ts';

type Supplies = Readonly<Record<string, Readonly<Record<string, string>>>>;

const AC_OFF = { type: 'Mains', online: '0' };
const DISCHARGING = { type: 'Battery', status: 'Discharging', scope: 'System' };

const linux: readonly (readonly [what: string, expected: string | null, supplies: Supplies])[] = [
  [
    'a laptop that is plugged in',
    'mains',
    { AC: { type: 'Mains', online: '1' }, BAT0: { type: 'Battery', status: 'Charging' } },
  ],
  ['one that is not', 'battery', { AC: AC_OFF, BAT0: DISCHARGING }],
  [
    'one of two batteries is drawn from',
    'battery',
    { AC: AC_OFF, BAT0: { type: 'Battery', status: 'Unknown' }, BAT1: DISCHARGING },
  ],
  [
    'a charger by USB that is too weak',
    'mains',
    { 'ucsi-source-psy-USBC000:001': { type: 'USB', online: '1' }, BAT0: DISCHARGING },
  ],
  ['a full battery, of a machine that names no charger', 'mains', { BAT0: { type: 'Battery', status: 'Full' } }],
  ['a desktop with a mouse', null, { hidpp_battery_0: { type: 'Battery', status: 'Discharging', scope: 'Device' } }],
  ['a server', null, {}],
];

for (const [what, expected, supplies] of linux) {
  test(`Linux, ${what}: ${expected ?? 'not known'}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'rlvr-power-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    for (const [name, attributes] of Object.entries(supplies)) {
      mkdirSync(join(folder, name));
      for (const [file, value] of Object.entries(attributes)) writeFileSync(join(folder, name, file), `${value}\n`);
    }
    assert.equal(await linuxPowerSource(folder), expected);
  });
}

test('Linux without the folder does not say', async () => {
  assert.equal(await linuxPowerSource(join(tmpdir(), 'rlvr-no-such-folder')), null);
});

test('macOS, as pmset prints it', () => {
  const battery =
    "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=21889123)\t83%; discharging; 4:12 remaining present: true\n";
  const mains =
    "Now drawing from 'AC Power'\n -InternalBattery-0 (id=21889123)\t100%; charged; 0:00 remaining present: true\n";
  assert.equal(parsePmset(battery), 'battery');
  assert.equal(parsePmset(mains), 'mains');
  assert.equal(parsePmset("Now drawing from 'UPS Power'\n"), 'battery');
  assert.equal(parsePmset(''), null);
});

test('Windows, as PowerShell prints it', () => {
  assert.equal(parsePowerLine('Offline\r\n'), 'battery');
  assert.equal(parsePowerLine('Online\r\n'), 'mains');
  for (const text of ['Unknown\r\n', '', 'Add-Type : error']) assert.equal(parsePowerLine(text), null);
});

test('this machine says one of the three', async () => {
  assert.ok([null, 'battery', 'mains'].includes(await readPowerSource()));
  assert.equal(await readPowerSource('aix'), null);
});
