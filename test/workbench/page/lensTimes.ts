/** Runs in a workbench that is measured: tells how long after the last key the text above a function is another. */
declare const reportLens: (milliseconds: number) => Promise<void>;

const report = reportLens;
let pressed: number | null = null;
let shown = '';

window.addEventListener('keydown', () => (pressed = performance.now()), { capture: true });

const look = (): void => {
  const text = document.querySelector('.codelens-decoration a')?.textContent ?? '';
  if (text !== '' && text !== shown) {
    // What is there before a key is pressed is what the others are told from.
    if (pressed !== null) void report(performance.now() - pressed);
    shown = text;
  }
  requestAnimationFrame(look);
};
look();

export {};
