// What Nest on Express costs by itself: one handler that ends the response with bytes that are ready, those of the file
// that the path gives the number of.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Controller, Get, Module, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Request, Response } from 'express';

const [port, ...files] = process.argv.slice(2);
const answers = new Map(files.map((file, index) => [`/${index}`, readFileSync(file)]));

// Decorators by hand: Node runs this file without compiling it.
class BytesController {
  send(request: Request, response: Response): void {
    const bytes = answers.get(request.url) ?? Buffer.alloc(0);
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Content-Length', bytes.length);
    response.end(bytes);
  }
}
Get('*path')(
  BytesController.prototype,
  'send',
  Object.getOwnPropertyDescriptor(BytesController.prototype, 'send') ?? {},
);
Req()(BytesController.prototype, 'send', 0);
Res()(BytesController.prototype, 'send', 1);
Controller()(BytesController);

class BytesModule {}
Module({ controllers: [BytesController] })(BytesModule);

const app = await NestFactory.create(BytesModule, { logger: false, bodyParser: false });
await app.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
