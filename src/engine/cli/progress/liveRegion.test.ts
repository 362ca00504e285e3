import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveRegion } from './liveRegion.ts';

/** As much of a terminal as the region uses: lines without end, a cursor, three control sequences. */
class Screen {
  columns = 80;
  readonly isTTY = true;
  #rows: string[] = [''];
  #row = 0;
  #column = 0;

  write(text: string): void {
    for (const [token, up] of text.matchAll(/\u001b\[(?:(\d+)A|K|J)|[^]/g)) {
      if (up !== undefined) this.#row -= Number(up);
      else if (token === '\u001b[K') this.#set(this.#line().slice(0, this.#column));
      else if (token === '\u001b[J') {
        this.#set(this.#line().slice(0, this.#column));
        this.#rows.length = this.#row + 1;
      } else if (token === '\r') this.#column = 0;
      else if (token === '\n') this.#next();
      else {
        if (this.#column === this.columns) this.#next();
        const line = this.#line().padEnd(this.#column);
        this.#set(line.slice(0, this.#column) + token + line.slice(this.#column + 1));
        this.#column++;
      }
    }
  }

  /** Makes it narrower, as terminals do that wrap what no longer fits; the cursor stays on its character. */
  reflow(columns: number): void {
    const wrap = (line: string): string[] => line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [''];
    const above = this.#rows.slice(0, this.#row).flatMap(wrap);
    this.#rows = [...above, ...this.#rows.slice(this.#row).flatMap(wrap)];
    this.#row = above.length;
    this.columns = columns;
  }

  text(): string {
    return this.#rows.join('\n');
  }

  #line(): string {
    return this.#rows[this.#row] ?? '';
  }

  #set(line: string): void {
    this.#rows[this.#row] = line;
  }

  #next(): void {
    this.#row++;
    this.#column = 0;
    if (this.#row === this.#rows.length) this.#rows.push('');
  }
}

test('the region is redrawn in place, whatever its height', () => {
  const screen = new Screen();
  const region = new LiveRegion(screen);
  screen.write('$ rlvr train\n');
  region.draw(['step 1', 'a long line about the reward']);
  region.draw(['step 2', 'short', 'one more']);
  assert.equal(screen.text(), '$ rlvr train\nstep 2\nshort\none more\n');
  region.draw(['step 3']);
  assert.equal(screen.text(), '$ rlvr train\nstep 3\n');
});

test('what is printed stays above it', () => {
  const screen = new Screen();
  const region = new LiveRegion(screen);
  region.draw(['step 1', 'reward']);
  region.print(['an evaluation']);
  region.draw(['step 2', 'reward']);
  region.print(['another', 'and a line that is wider than the terminal '.repeat(3).trim()]);
  assert.match(screen.text(), /^an evaluation\nanother\nand a line[^]*terminal\nstep 2\nreward\n$/);
  region.clear();
  assert.match(screen.text(), /^an evaluation\nanother\nand a line[^]*terminal\n$/);
});

test('a terminal made narrower leaves no remains', () => {
  const screen = new Screen();
  const region = new LiveRegion(screen);
  screen.write('above\n');
  region.draw(['x'.repeat(60), 'y'.repeat(30)]);
  screen.reflow(25);
  region.draw(['step 2', 'reward']);
  assert.equal(screen.text(), 'above\nstep 2\nreward\n');
});

test('nothing to show writes nothing', () => {
  const written: string[] = [];
  const region = new LiveRegion({ write: (text) => written.push(text), isTTY: true });
  region.draw([]);
  region.clear();
  assert.deepEqual(written, []);
});
