/** The file of a bundle whose functions tell what happens in them. */
import type { Instrumented } from '../source/instrument.ts';
import type { ProbedPlace } from '../source/probedPlaces.ts';

type Instrument = (path: string, text: string) => Instrumented | null;

export class TracedFile {
  readonly #path: string;
  readonly #instrument: Instrument;
  #places: readonly ProbedPlace[] | null = null;
  #givenUp = false;

  private constructor(path: string, instrument: Instrument) {
    this.#path = path;
    this.#instrument = instrument;
  }

  static async at(path: string): Promise<TracedFile> {
    // A parser, for which training has no use.
    const { instrument } = await import('../source/instrument.ts');
    return new TracedFile(path, instrument);
  }

  /** null until it was bundled, and where it cannot be told about. */
  get places(): readonly ProbedPlace[] | null {
    return this.#places;
  }

  /** What is to be bundled of a file with these contents. */
  contentsOf(path: string, contents: Uint8Array): Uint8Array | string {
    if (path !== this.#path || this.#givenUp) return contents;
    const instrumented = this.#instrument(path, new TextDecoder().decode(contents));
    this.#places = instrumented?.places ?? null;
    return instrumented?.text ?? contents;
  }

  /** From now on it is bundled as it is. Returns whether it was not before. */
  giveUp(): boolean {
    const was = this.#places !== null;
    this.#places = null;
    this.#givenUp = true;
    return was;
  }
}
