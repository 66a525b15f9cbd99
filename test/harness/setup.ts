import 'reflect-metadata';
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { afterAll } from 'vitest';

// Files of unit tests share a process: what one of them registers for all of it must not reach the next.
afterAll(() => {
  for (const api of [trace, metrics, context, propagation]) api.disable();
});
