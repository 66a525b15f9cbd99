import { IsOptional, ValidateNested } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { Nested, toBodyDto } from './body-dto.js';

class Inner {
  @IsOptional()
  text?: string;
}

class Outer {
  @IsOptional()
  @ValidateNested()
  @Nested(() => Inner)
  inner?: Inner;

  @IsOptional()
  free?: unknown;
}

describe('toBodyDto', () => {
  it('takes what the class knows, at every level', () => {
    const dto = toBodyDto(Outer, { inner: { text: 'a', other: 1 }, constructor: 5, other: {} });

    expect(dto).toBeInstanceOf(Outer);
    expect(dto.inner).toBeInstanceOf(Inner);
    expect(JSON.parse(JSON.stringify(dto))).toEqual({ inner: { text: 'a' } });
  });

  it('takes null members for absent ones', () => {
    expect(JSON.stringify(toBodyDto(Outer, { inner: { text: null }, free: null }))).toBe('{"inner":{}}');
    expect(JSON.stringify(toBodyDto(Outer, { inner: null }))).toBe('{}');
  });

  it('hands on what no class describes, and what is no object', () => {
    const free = JSON.parse('{"__proto__":{"a":null},"constructor":1}') as unknown;

    const dto = toBodyDto(Outer, { inner: ['x'], free });

    expect(dto.free).toBe(free);
    expect(dto.inner).toEqual(['x']);
  });

  it('does not look at members that it does not know, however many', () => {
    const many = Object.fromEntries(Array.from({ length: 300_000 }, (_, n) => [`k${n}`, n]));

    const dto = toBodyDto(Outer, { many, free: many, ...many });

    // In quadratic time this would take minutes, and so fail by the limit of a test.
    expect(dto.free).toBe(many);
  });
});
