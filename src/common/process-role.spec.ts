import { describe, expect, it } from 'vitest';
import { readProcessRole, SOLE_PROCESS, WORKER_VARIABLE } from './process-role.js';

describe('readProcessRole', () => {
  it.each([
    ['1/4', { runsBackground: true, workers: 4, worker: 1 }],
    ['2/4', { runsBackground: false, workers: 4, worker: 2 }],
  ])('reads %s in a forked process', (text, role) => {
    expect(readProcessRole({ [WORKER_VARIABLE]: text }, true)).toEqual(role);
  });

  it.each([
    ['2/4', false],
    [undefined, true],
    ['2', true],
    ['', true],
  ])('takes %j in a process that is forked: %j for one that serves alone', (text, isForked) => {
    expect(readProcessRole({ [WORKER_VARIABLE]: text }, isForked)).toBe(SOLE_PROCESS);
  });
});
