import { hasMaskedPassword, restoreUrlPassword } from '../common/url-password.js';
import type { SourceDefinition } from '../config/config.js';
import type { SourceSettings } from '../model/source-settings.js';
import { invalidSource } from './rule-helpers.js';

/** The one URL of a source that may carry a password, with the member's name and a way to put another in its place. */
interface SourceUrl {
  readonly member: string;
  readonly url: string;
  readonly withUrl: (url: string) => SourceSettings;
}

function sourceUrl(settings: SourceSettings): SourceUrl | undefined {
  switch (settings.kind) {
    case 'git': {
      const { git } = settings;
      const withUrl = (repository: string): SourceSettings => ({ kind: 'git', git: { ...git, repository } });
      return { member: 'git.repository', url: git.repository, withUrl };
    }
    case 'api': {
      const { api } = settings;
      const withUrl = (endpoint: string): SourceSettings => ({ kind: 'api', api: { ...api, endpoint } });
      return { member: 'api.endpoint', url: api.endpoint, withUrl };
    }
    case 'file': {
      const { file } = settings;
      const withUrl = (url: string): SourceSettings => ({ kind: 'file', file: { ...file, url } });
      return file.url === undefined ? undefined : { member: 'file.url', url: file.url, withUrl };
    }
    case 'managed':
    case 'kubernetes':
      return undefined;
  }
}

/**
 * Completes a definition that was read, edited and sent back: answers show `***` in the place of a URL's password, so a
 * `***` that comes back means the stored password. It is kept only for the same scheme, user, host and port.
 * @param stored - the settings until now; undefined for a new source
 * @throws InvalidInputError when there is no stored password for this URL
 */
export function withStoredPassword(definition: SourceDefinition, stored?: SourceSettings): SourceDefinition {
  const sent = sourceUrl(definition.settings);
  if (!sent || !hasMaskedPassword(sent.url)) return definition;
  const known = stored && sourceUrl(stored);
  const url = known && restoreUrlPassword(sent.url, known.url);
  if (url === undefined) {
    throw invalidSource(`${sent.member}: the password "***" stands for none that is stored for this URL`);
  }
  return { ...definition, settings: sent.withUrl(url) };
}
