/**
 * The objects that all code in a process shares. A reward function that changes one (prototype pollution, a monkey-patched
 * method) would change every later score, so from the moment of the call on nothing can be added to them, and what was
 * replaced can be told. Adding throws a TypeError at the user's line; an ordinary assignment to an object of one's own
 * is not disturbed, as it would be if they were frozen.
 */

/** Not `Error` itself: libraries set its stack options for a moment. */
const shared: Readonly<Record<string, object>> = {
  Object,
  'Object.prototype': Object.prototype,
  'Function.prototype': Function.prototype,
  Array,
  'Array.prototype': Array.prototype,
  String,
  'String.prototype': String.prototype,
  Number,
  'Number.prototype': Number.prototype,
  'Boolean.prototype': Boolean.prototype,
  'BigInt.prototype': BigInt.prototype,
  'Symbol.prototype': Symbol.prototype,
  'RegExp.prototype': RegExp.prototype,
  'Date.prototype': Date.prototype,
  'Error.prototype': Error.prototype,
  Promise,
  'Promise.prototype': Promise.prototype,
  'Map.prototype': Map.prototype,
  'Set.prototype': Set.prototype,
  JSON,
  Math,
  Reflect,
};

const { getOwnPropertyDescriptor, is } = Object;
const { ownKeys } = Reflect;

interface Recorded {
  readonly owner: object;
  readonly path: string;
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor | undefined;
}

/** Protects the shared objects as they are now; the function returned names the first property replaced since, or null. */
export function protectIntrinsics(): () => string | null {
  const recorded: Recorded[] = [];
  for (const [path, owner] of Object.entries(shared)) {
    Object.preventExtensions(owner);
    for (const key of ownKeys(owner)) {
      recorded.push({ owner, path: `${path}.${String(key)}`, key, descriptor: getOwnPropertyDescriptor(owner, key) });
    }
  }
  return () => {
    // By hand: iterators and the array's own methods are among what may have been replaced.
    let i = 0;
    while (i < recorded.length) {
      const entry = recorded[i];
      if (entry !== undefined && !isUnchanged(entry)) return entry.path;
      i += 1;
    }
    return null;
  };
}

function isUnchanged({ owner, key, descriptor }: Recorded): boolean {
  const now = getOwnPropertyDescriptor(owner, key);
  return is(descriptor?.value, now?.value) && descriptor?.get === now?.get && descriptor?.set === now?.set;
}
