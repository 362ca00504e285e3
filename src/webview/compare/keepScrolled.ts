/** Brings a page that is made anew back to where it was scrolled to, once there is enough of it. */

/** Milliseconds after which a place that has not come is given up: another run is shown, or a shorter list. */
const PATIENCE_MS = 5000;
/** Milliseconds without scrolling, after which a place is kept. */
const REST_MS = 200;

export function keepScrolled({ at, onScroll }: { readonly at: number; readonly onScroll: (at: number) => void }): void {
  let timer = 0;
  let wanted = at;
  const reach = (): void => {
    if (wanted === 0 || document.documentElement.scrollHeight - window.innerHeight < wanted) return;
    window.scrollTo(0, wanted);
    giveUp();
  };
  const growth = new ResizeObserver(reach);
  const giveUp = (): void => {
    wanted = 0;
    growth.disconnect();
  };
  growth.observe(document.body);
  setTimeout(giveUp, PATIENCE_MS);
  // Whoever scrolls wants to be somewhere else.
  for (const gesture of ['wheel', 'keydown', 'pointerdown']) window.addEventListener(gesture, giveUp, { once: true });
  window.addEventListener('scroll', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (wanted === 0) onScroll(window.scrollY);
    }, REST_MS);
  });
}
