// Two workers of node:cluster behind one port, of which the first stands still and is then killed: reports what clients see.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 5_000;

async function start(prepare) {
  const worker = cluster.fork();
  prepare(worker.process);
  const [{ port }] = await once(worker, 'listening');
  return { worker, port };
}

function ask(port) {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => response.setEncoding('utf8').on('data', resolve)).on(
      'error',
      (error) => resolve(error.code),
    );
  });
}

if (cluster.isPrimary) {
  const { returnUntakenConnections } = await import(process.argv[2]);
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const { worker: first } = await start(returnUntakenConnections);
  const { worker: second, port } = await start(returnUntakenConnections);
  first.process.kill('SIGSTOP');
  const asked = Array.from({ length: 4 }, () => Promise.race([ask(port), sleep(LIMIT_MS, 'no answer')]));
  await sleep(200);
  first.process.kill('SIGKILL');
  process.send({ answers: await Promise.all(asked), survivor: String(second.process.pid) });
  second.process.kill('SIGKILL');
  process.exit();
} else {
  createServer((request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');
}
