/**
 * Draws what has changed, a little in each frame, so that many charts together never hold up the page: the reader of a fast run
 * scrolls as smoothly as that of a slow one.
 *
 * Most of the work of a drawing comes after it: where there is no graphics card, the browser turns lines into pixels at the end of
 * the frame, and no clock of a script sees that. What can be seen is how late the next frame comes; so many are drawn in one as keep
 * the next in time.
 */

export interface Drawable {
  draw(): void;
}

/** Milliseconds from a frame to the next from which on it was late; a screen shows sixty in a second. */
const LATE_MS = 25;
/** Milliseconds that scripts may take of a frame. */
const SCRIPT_MS = 8;
const MAX_IN_A_FRAME = 16;

const waiting = new Set<Drawable>();
let scheduled = false;
/** How many are drawn in a frame: one more after each in time, half after one that was late. */
let inAFrame = 1;
/** When the frame before began, and how many were drawn in it. */
let last = { time: 0, drawn: 0 };

/** Draws it soon, once, however often it is asked for until then. */
export function requestDraw(drawable: Drawable): void {
  waiting.add(drawable);
  schedule();
}

export function cancelDraw(drawable: Drawable): void {
  waiting.delete(drawable);
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame((time) => {
    scheduled = false;
    if (last.drawn > 0)
      inAFrame = time - last.time > LATE_MS ? Math.max(1, inAFrame >> 1) : Math.min(MAX_IN_A_FRAME, inAFrame + 1);
    last = { time, drawn: drawSome() };
    // Also after the last one, to see how late the next frame is.
    if (waiting.size > 0 || last.drawn > 0) schedule();
  });
}

function drawSome(): number {
  const start = performance.now();
  let drawn = 0;
  for (const drawable of waiting) {
    waiting.delete(drawable);
    drawable.draw();
    drawn++;
    if (drawn >= inAFrame || performance.now() - start > SCRIPT_MS) break;
  }
  return drawn;
}
