/** Gradients of parts of an update, summed in the order in which they are added: another order rounds otherwise. */
export class GradientSum {
  readonly gradients = new Map<string, Float32Array>();

  /** @param part by tensor name; the arrays of the first are taken over and changed */
  add(part: ReadonlyMap<string, Float32Array>): void {
    for (const [name, values] of part) {
      const sum = this.gradients.get(name);
      if (sum) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (values[i] ?? 0);
      else this.gradients.set(name, values);
    }
  }
}
