import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveRegion } from './liveRegion.ts';

/** As much of a terminal as the region uses: rows without end, a cursor, four control sequences, and the wrapping of long lines. */
class Screen {
  columns = 80;
  readonly isTTY = true;
  #rows: Row[] = [{ text: '', joined: false }];
  #row = 0;
  #column = 0;

  write(text: string): void {
    for (const [token, up] of text.matchAll(/\u001b\[(?:(\d+)A|2K|K|J)|[^]/g)) {
      if (up !== undefined) this.#row -= Number(up);
      else if (token === '\u001b[2K') this.#rows[this.#row] = { text: '', joined: false };
      else if (token === '\u001b[K') this.#set(this.#text().slice(0, this.#column));
      else if (token === '\u001b[J') {
        this.#set(this.#text().slice(0, this.#column));
        this.#rows.length = this.#row + 1;
      } else if (token === '\r') this.#column = 0;
      else if (token === '\n') this.#next();
      else {
        if (this.#column === this.columns) {
          this.#rows[this.#row] = { text: this.#text(), joined: true };
          this.#next();
        }
        const line = this.#text().padEnd(this.#column);
        this.#set(line.slice(0, this.#column) + token + line.slice(this.#column + 1));
        this.#column++;
      }
    }
  }

  /** Makes it wider or narrower, as terminals do that wrap anew; the cursor, at the beginning of a line, stays there. */
  resize(columns: number): void {
    const above = this.#wrapped(this.#rows.slice(0, this.#row), columns);
    this.#rows = [...above, ...this.#wrapped(this.#rows.slice(this.#row), columns)];
    this.columns = columns;
    this.#row = above.length;
  }

  text(): string {
    return this.#rows.map(({ text }) => text).join('\n');
  }

  #wrapped(rows: readonly Row[], columns: number): Row[] {
    const lines: string[] = [];
    let open = false;
    for (const { text, joined } of rows) {
      const filled = joined ? text.padEnd(this.columns) : text;
      if (open) lines.push((lines.pop() ?? '') + filled);
      else lines.push(filled);
      open = joined;
    }
    return lines.flatMap((line) => {
      const parts = line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [''];
      return parts.map((text, index) => ({ text, joined: index + 1 < parts.length }));
    });
  }

  #text(): string {
    return this.#rows[this.#row]?.text ?? '';
  }

  #set(text: string): void {
    this.#rows[this.#row] = { text, joined: this.#rows[this.#row]?.joined ?? false };
  }

  #next(): void {
    this.#row++;
    this.#column = 0;
    if (this.#row === this.#rows.length) this.#rows.push({ text: '', joined: false });
  }
}

/** `joined`: its line goes on in the next row. */
interface Row {
  readonly text: string;
  readonly joined: boolean;
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
  assert.match(screen.text(), /^an evaluation\nanother\nand a line[^]*terminal\n+$/);
  screen.write('$ ');
  assert.match(screen.text(), /terminal\n\$ \n/, 'what comes next follows at once');
});

test('a terminal made narrower and wide again leaves no remains', () => {
  const screen = new Screen();
  const region = new LiveRegion(screen);
  screen.write(`${'above '.repeat(8)}\n`);
  region.draw(['x'.repeat(60), 'y'.repeat(30)]);
  screen.resize(25);
  region.draw(['step 2', 'reward']);
  assert.match(screen.text(), /^above[^x]*\nstep 2\nreward\n$/);
  screen.resize(70);
  region.draw(['step 3', 'reward', 'speed']);
  assert.equal(screen.text(), `${'above '.repeat(8)}\nstep 3\nreward\nspeed\n`);
});

test('nothing to show writes nothing', () => {
  const written: string[] = [];
  const region = new LiveRegion({ write: (text) => written.push(text), isTTY: true });
  region.draw([]);
  region.clear();
  assert.deepEqual(written, []);
});
