/** Work that must not be done twice at the same time in this process. */

/** The last to work on each place: the next begins behind it, and finds there what it left. */
const lastOn = new Map<string, Promise<unknown>>();

/** Does what works on a place, one after the other. Rejects as `work` does. */
export async function inTurn<T>(place: string, work: () => Promise<T>): Promise<T> {
  const mine = (lastOn.get(place) ?? Promise.resolve()).then(work, work);
  lastOn.set(place, mine);
  try {
    return await mine;
  } finally {
    if (lastOn.get(place) === mine) lastOn.delete(place);
  }
}
