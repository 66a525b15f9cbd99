// What Nest on Express costs by itself: one handler that ends the response with the same bytes.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Controller, Get, Module, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Response } from 'express';

const [port, file] = process.argv.slice(2);
const bytes = readFileSync(file ?? '');

// Decorators by hand: Node runs this file without compiling it.
class BytesController {
  send(response: Response): void {
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
Res()(BytesController.prototype, 'send', 0);
Controller()(BytesController);

class BytesModule {}
Module({ controllers: [BytesController] })(BytesModule);

const app = await NestFactory.create(BytesModule, { logger: false, bodyParser: false });
await app.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
