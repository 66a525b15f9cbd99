import { describe, expect, it } from 'vitest';
import type { SourceSettings } from '../model/source-settings.js';
import { withStoredPassword } from './stored-password.js';

const git = (repository: string): SourceSettings => ({ kind: 'git', git: { repository, branch: 'main' } });
const api = (endpoint: string): SourceSettings => ({ kind: 'api', api: { endpoint } });
const file = (url: string): SourceSettings => ({ kind: 'file', file: { url } });

describe('withStoredPassword', () => {
  it.each([
    ['a repository', git('https://b:***@h/new.git'), git('https://b:pw@h/r.git'), git('https://b:pw@h/new.git')],
    ['an endpoint', api('https://b:***@h/r'), api('https://b:pw@h'), api('https://b:pw@h/r')],
    ['a document', file('http://b:***@h/r.json'), file('http://b:pw@h/r.json'), file('http://b:pw@h/r.json')],
    ['a new password', git('https://b:new@h/r.git'), git('https://b:pw@h/r.git'), git('https://b:new@h/r.git')],
    ['no password', git('https://h/r.git'), git('https://b:pw@h/r.git'), git('https://h/r.git')],
    [
      'a path',
      { kind: 'file', file: { path: 'x://a:***@b' } },
      { kind: 'file', file: { path: '/a' } },
      { kind: 'file', file: { path: 'x://a:***@b' } },
    ] as [string, SourceSettings, SourceSettings, SourceSettings],
  ])('completes %s', (_what, sent, stored, expected) => {
    expect(withStoredPassword({ name: 's', settings: sent }, stored).settings).toEqual(expected);
  });

  it.each<[string, SourceSettings, SourceSettings | undefined]>([
    ['git.repository', git('https://b:***@evil/r.git'), git('https://b:pw@h/r.git')],
    ['git.repository', git('https://b:***@h/r.git'), git('https://h/r.git')],
    ['api.endpoint', api('https://b:***@h'), undefined],
  ])('refuses a placeholder in %s that stands for nothing', (member, sent, stored) => {
    expect(() => withStoredPassword({ name: 's', settings: sent }, stored)).toThrow(
      `invalid source configuration: ${member}: the password "***" stands for none that is stored for this URL`,
    );
  });
});
