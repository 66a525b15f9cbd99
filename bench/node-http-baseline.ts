// The floor: a bare node:http server that sends bytes that are ready, those of the file that the path gives the number of.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, ...files] = process.argv.slice(2);
const answers = new Map(files.map((file, index) => [`/${index}`, readFileSync(file)]));

createServer((request, response) => {
  const bytes = answers.get(request.url ?? '') ?? Buffer.alloc(0);
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}).listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
