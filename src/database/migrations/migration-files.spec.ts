import { describe, expect, it } from 'vitest';
import { parseMigration, readMigrations } from './migration-files.js';

describe('parseMigration', () => {
  it('splits a file into its sections', () => {
    const text = '-- About it.\n\n-- migrate: up\nCREATE TABLE a ();\n\n-- migrate: down\nDROP TABLE a;\n';

    expect(parseMigration('1001-create-a.sql', text)).toEqual({
      version: 1001,
      name: '1001-create-a',
      up: '\nCREATE TABLE a ();\n\n',
      down: '\nDROP TABLE a;\n',
    });
  });

  it.each([
    ['create-a.sql', '-- migrate: up\nSELECT 1;\n-- migrate: down\nSELECT 1;\n'],
    ['1001-create-a.sql', 'CREATE TABLE a ();'],
    ['1001-create-a.sql', '-- migrate: up\nCREATE TABLE a ();'],
  ])('refuses %s with the content %j', (file, text) => {
    expect(() => parseMigration(file, text)).toThrow(`migration "${file}": expected`);
  });
});

describe('readMigrations', () => {
  it("gives the package's own in order, above the established server's numbers and without gaps", async () => {
    const versions = (await readMigrations()).map(({ version }) => version);

    expect(versions).toEqual(versions.map((_, index) => 1001 + index));
    expect(versions.length).toBeGreaterThan(1);
  });
});
