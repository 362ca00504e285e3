/** The last bytes of what a child printed: enough for an error message, whatever it prints. */
export class OutputTail {
  readonly #maxBytes: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    const joined = Buffer.concat([this.#bytes, chunk.subarray(-this.#maxBytes)]);
    // Copied, because a slice would keep the whole chunk alive.
    this.#bytes = Buffer.from(joined.subarray(-this.#maxBytes));
  }

  text(): string {
    return this.#bytes.toString('utf8');
  }
}
