/** Runs in a workbench that is measured: tells how long after the last key the values at the ends of lines of code are others. */
declare const reportValues: (milliseconds: number) => Promise<void>;

const report = reportValues;
let pressed: number | null = null;
let shown = '';

window.addEventListener('keydown', () => (pressed = performance.now()), { capture: true });

/** They are styles, not texts. */
function valuesInCode(): string {
  const spans = document.querySelectorAll('.part.editor .view-line span[class*="ced-"]');
  return [...spans].map((span) => getComputedStyle(span, '::after').content).join('\n');
}

const look = (): void => {
  const values = valuesInCode();
  if (values !== '' && values !== shown) {
    // What is there before a key is pressed is what the others are told from.
    if (pressed !== null) void report(performance.now() - pressed);
    shown = values;
  }
  requestAnimationFrame(look);
};
look();

export {};
