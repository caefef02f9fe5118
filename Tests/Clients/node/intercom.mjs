// The server for node:test. Each test file runs in a separate process, so it needs its own server or its own token.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';

export async function startIntercom() {
  const command = process.env.INTERCOM_MOCK ?? 'intercom-mock';
  const server = spawn(command, ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout });
  const ready = await lines[Symbol.asyncIterator]().next();
  if (ready.done) throw new Error(`${command} ended before it was ready`);
  const stop = () => {
    server.kill();
    return once(server, 'exit');
  };
  return { url: JSON.parse(ready.value).url, token: `test-${randomUUID()}`, stop };
}
