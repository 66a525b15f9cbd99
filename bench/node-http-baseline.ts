// The floor: a bare node:http server that answers every request with the same bytes.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file] = process.argv.slice(2);
const bytes = readFileSync(file ?? '');

createServer((_request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}).listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
