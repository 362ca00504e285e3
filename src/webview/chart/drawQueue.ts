/**
 * Draws what has changed, a little in each frame, so that many charts together never hold up the page: the reader of a fast run
 * scrolls as smoothly as that of a slow one.
 */

/** Milliseconds of a frame that may be spent; one drawing alone may take longer, two do not follow each other then. */
const FRAME_BUDGET_MS = 8;

export interface Drawable {
  draw(): void;
}

const waiting = new Set<Drawable>();
let scheduled = false;

/** Draws it soon, once, however often it is asked for until then. */
export function requestDraw(drawable: Drawable): void {
  waiting.add(drawable);
  schedule();
}

export function cancelDraw(drawable: Drawable): void {
  waiting.delete(drawable);
}

function schedule(): void {
  if (scheduled || waiting.size === 0) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    const start = performance.now();
    for (const drawable of waiting) {
      waiting.delete(drawable);
      drawable.draw();
      if (performance.now() - start > FRAME_BUDGET_MS) break;
    }
    schedule();
  });
}
