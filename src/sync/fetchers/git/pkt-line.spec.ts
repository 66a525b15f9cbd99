import { describe, expect, it } from 'vitest';
import { parsePktLines, pktLine } from './pkt-line.js';

describe('pktLine', () => {
  it('counts bytes, not characters', () => {
    expect(pktLine('command=ls-refs\n')).toBe('0014command=ls-refs\n');
    expect(pktLine('ä')).toBe('0006ä');
  });
});

describe('parsePktLines', () => {
  it('gives the lines and leaves out special packets', () => {
    expect(parsePktLines(Buffer.from('0008one\n000000010007two'))).toEqual(['one', 'two']);
  });

  it('reads what pktLine wrote', () => {
    const text = `${pktLine('version 2\n')}${pktLine('ä')}0000`;

    expect(parsePktLines(Buffer.from(text))).toEqual(['version 2', 'ä']);
  });

  it.each(['zzzz', '00', '0009abc', '<html></html>', '-001'])('refuses %s', (text) => {
    expect(() => parsePktLines(Buffer.from(text))).toThrow('not one of a git server');
  });
});
