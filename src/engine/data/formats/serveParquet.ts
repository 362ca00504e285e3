/** The work of the process that reads Parquet files. */
import { UserError } from '../../protocol/errors.ts';
import { decodeParquet } from './decodeParquet.ts';
import { damagedParquet, parseParquetRequest, type ParquetReply, type ParquetRequest } from './parquetMessages.ts';
import { reasonOf } from './text.ts';

/** Answers one request after the other; ends with the engine. */
export function serveParquet(): void {
  process.on('message', (message: unknown) => void answer(parseParquetRequest(message)));
}

async function answer({ file, bytes }: ParquetRequest): Promise<void> {
  try {
    await send({ kind: 'begun' });
    for await (const rows of decodeParquet(bytes, file)) await send({ kind: 'rows', rows });
    await send({ kind: 'end' });
  } catch (error) {
    const message = error instanceof UserError ? error.message : damagedParquet(file, reasonOf(error));
    await send({ kind: 'refused', message });
  }
}

/** Resolves when it is on its way, so that no more than one row group waits for that. */
function send(reply: ParquetReply): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(reply, undefined, undefined, (error) => (error === null ? resolve() : reject(error)));
  });
}
