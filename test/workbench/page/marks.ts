/** Runs in a page that is measured: tells when a person did something there, and when something is there to be seen, by the clock of the machine. */
declare const options: {
  /** null for a curve, which is a line that a canvas has drawn. */
  readonly selector: string | null;
  /** A pattern that the text of such an element has. */
  readonly text: string;
};
declare const reportMark: (name: 'acted' | 'shown', time: number) => Promise<void>;

// Kept, because a page could replace it.
const report = reportMark;

for (const action of ['click', 'input'])
  window.addEventListener(action, () => void report('acted', Date.now()), { capture: true });

function isShown(selector: string): boolean {
  const pattern = new RegExp(options.text);
  return [...document.querySelectorAll(selector)].some(({ textContent }) => pattern.test(textContent));
}

/** A frame after it was there: by then it has been painted. */
function tellAfterFrame(): void {
  requestAnimationFrame(() => void report('shown', Date.now()));
}

const { selector } = options;
if (selector === null) {
  const stroke: unknown = Object.getOwnPropertyDescriptor(CanvasRenderingContext2D.prototype, 'stroke')?.value;
  if (typeof stroke !== 'function') throw new Error('A canvas draws no lines.');
  Object.defineProperty(CanvasRenderingContext2D.prototype, 'stroke', {
    configurable: true,
    writable: true,
    value: function (this: CanvasRenderingContext2D, ...args: readonly unknown[]): void {
      Reflect.apply(stroke, this, args);
      // Lines of axes and marks are drawn without one.
      if (args[0] instanceof Path2D) tellAfterFrame();
    },
  });
} else {
  const look = (): void => {
    if (isShown(selector)) tellAfterFrame();
    else requestAnimationFrame(look);
  };
  look();
  // VS Code writes a panel's page into an empty frame, and opening a document for that ends what goes on in the frame.
  const open: unknown = Object.getOwnPropertyDescriptor(Document.prototype, 'open')?.value;
  if (typeof open !== 'function') throw new Error('Documents cannot be opened.');
  Object.defineProperty(Document.prototype, 'open', {
    configurable: true,
    writable: true,
    value: function (this: Document, ...args: readonly unknown[]): unknown {
      const opened: unknown = Reflect.apply(open, this, args);
      look();
      return opened;
    },
  });
}

export {};
