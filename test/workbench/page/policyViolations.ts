/** Runs in every frame before its own scripts: reports what a content security policy refused. */
declare const reportPolicyViolation: (violation: {
  readonly directive: string;
  readonly blocked: string;
  readonly source: string;
}) => Promise<void>;

// Kept, because a page could replace it.
const report = reportPolicyViolation;

function listen(target: Document): void {
  target.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) => {
    void report({ directive: violatedDirective, blocked: blockedURI, source: `${sourceFile}:${String(lineNumber)}` });
  });
}

listen(document);

// VS Code writes a panel's page into an empty frame, and opening a document for that removes its listeners.
const open: unknown = Object.getOwnPropertyDescriptor(Document.prototype, 'open')?.value;
if (typeof open !== 'function') throw new Error('Documents cannot be opened.');
Object.defineProperty(Document.prototype, 'open', {
  configurable: true,
  writable: true,
  value: function (this: Document, ...args: readonly unknown[]): unknown {
    const opened: unknown = Reflect.apply(open, this, args);
    listen(this);
    return opened;
  },
});

export {};
