/** What is wrong with a file that a person writes, and where: for a message, and for a line under it in an editor. */
import { UserError } from './errors.ts';

/** Part of the text of a file, in UTF-16 units. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** Where an entry of a file was given. */
export interface Place {
  /** `demo.rlvr.json:3:5` with line and column from 1, or the `--set` that gave it. */
  readonly name: string;
  /** null where it was not given in the file. */
  readonly range: TextRange | null;
}

export interface FileFault {
  /** `syntax`: the text is no JSON with comments, which an editor's own JSON support says too. */
  readonly kind: 'syntax' | 'meaning';
  readonly place: Place;
  /** What to write instead. */
  readonly message: string;
}

/** Enough to see what kind of mistake it is: a list of numbers where texts belong has as many faults as numbers. */
const MAX_LISTED_FAULTS = 50;

/** Lists the faults as `place  message`, one to a line. */
export class FaultyFileError extends UserError {
  readonly faults: readonly FileFault[];

  constructor(faults: readonly FileFault[]) {
    const lines = faults.slice(0, MAX_LISTED_FAULTS).map(({ place, message }) => `${place.name}  ${message}`);
    const more = faults.length - lines.length;
    super((more > 0 ? [...lines, `and ${more} more`] : lines).join('\n'));
    this.faults = faults;
  }
}
