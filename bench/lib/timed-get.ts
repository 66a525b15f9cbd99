import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';

const agent = new Agent({ keepAlive: true });

/** An answer, and the milliseconds from its request to its last byte. */
export interface TimedAnswer {
  readonly ms: number;
  readonly body: Buffer;
}

/** Asks once, as lightly as Node.js can, so that what is measured is the server. @throws Error for other answers than 200 */
export async function timedGet(url: string): Promise<TimedAnswer> {
  const began = performance.now();
  const [answer] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(answer, 'end');
  const ms = performance.now() - began;
  const body = Buffer.concat(chunks);
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${body.toString()}`);
  return { ms, body };
}
