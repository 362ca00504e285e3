/** The harness: one parser, its inputs, and what it may answer with. */
import assert from 'node:assert/strict';
import fc from 'fast-check';

/** Error classes, by which an error of a parser is told from one that slipped through it. */
type ErrorClass = abstract new (...parameters: never[]) => Error;

export interface FuzzedParser {
  readonly name: string;
  /** Gives it so many inputs, the same ones each time. Rejects with the smallest input that it does not bear. */
  fuzz(inputs: number): Promise<FuzzOutcome>;
}

export interface FuzzOutcome {
  readonly accepted: number;
  readonly refused: number;
  readonly slowestMs: number;
}

interface Fuzzed<Input> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** Gives false, null or undefined for what it refuses without an error. */
  readonly parse: (input: Input) => unknown;
  /** What it may throw; none where it never throws. */
  readonly errors?: readonly ErrorClass[];
}

/** A message is for a person: one that quotes its input cuts it. */
const MAX_MESSAGE_CHARS = 20_000;

const SEED = 20260101;

export function fuzzed<Input>({ name, inputs, parse, errors = [] }: Fuzzed<Input>): FuzzedParser {
  return {
    name,
    async fuzz(count) {
      let [accepted, refused, slowestMs] = [0, 0, 0];
      const prototypes = prototypeNames();
      const property = fc.asyncProperty(inputs, async (input) => {
        const start = performance.now();
        try {
          const parsed = await parse(input);
          if (parsed === false || parsed === null || parsed === undefined) refused++;
          else accepted++;
        } catch (error) {
          if (!errors.some((known) => error instanceof known)) throw error;
          assert.ok(error instanceof Error && error.message.length > 0, 'an error says something');
          assert.ok(error.message.length < MAX_MESSAGE_CHARS, `the message has ${error.message.length} characters`);
          refused++;
        }
        slowestMs = Math.max(slowestMs, performance.now() - start);
        assert.deepEqual(prototypeNames(), prototypes, 'what all objects inherit is as it was');
      });
      await fc.assert(property, { numRuns: count, seed: SEED });
      return { accepted, refused, slowestMs };
    },
  };
}

function prototypeNames(): string[][] {
  return [Object.prototype, Array.prototype, Function.prototype].map((prototype) =>
    Object.getOwnPropertyNames(prototype),
  );
}
