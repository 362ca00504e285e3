/** A Node program that is stopped in by the protocol that debuggers use. */
import { spawn } from 'node:child_process';
import { z } from 'zod';

const messageSchema = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});
type Message = z.output<typeof messageSchema>;

const ADDRESS = /ws:\/\/\S+/;

export class Inspected {
  readonly #socket: WebSocket;
  readonly #end: () => void;
  readonly #heard: Message[] = [];
  #wake = (): void => {};
  #nextId = 1;

  private constructor(socket: WebSocket, end: () => void) {
    this.#socket = socket;
    this.#end = end;
    socket.addEventListener('message', ({ data }) => {
      this.#heard.push(messageSchema.parse(JSON.parse(String(data))));
      this.#wake();
    });
  }

  /** Starts a program, which waits before its first line. */
  static async start(program: string, args: readonly string[], cwd: string): Promise<Inspected> {
    const child = spawn(process.execPath, ['--inspect-brk=127.0.0.1:0', program, ...args], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
        const [found] = ADDRESS.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', () => reject(new Error(`it ended: ${said}`)));
    });
    const socket = new WebSocket(address);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    return new Inspected(socket, () => void child.kill('SIGKILL'));
  }

  /** The answer to a request. */
  async ask(method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId++;
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await this.#next((message) => message.id === id);
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  /** What the next event of a kind says. */
  async event(method: string): Promise<unknown> {
    return (await this.#next((message) => message.method === method)).params;
  }

  close(): void {
    this.#socket.close();
    this.#end();
  }

  async #next(is: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const index = this.#heard.findIndex(is);
      const [found] = index === -1 ? [] : this.#heard.splice(index, 1);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
