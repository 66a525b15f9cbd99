import { InvalidInputError } from '../common/errors.js';
import type { EntryKind } from '../model/entry-kind.js';
import type { OfficialStatus } from '../model/official-status.js';
import type { EntryDocument } from './entry-document.js';
import { textOf, withoutMembers, type JsonObject } from '../common/json-object.js';
import { findOversizedMeta } from './meta-size.js';
import { toExtensionDocument, toServerDocument, type ExtensionKind } from './normalise.js';
import { findExtensionProblem, findPublishedVersionProblem } from './published-rules.js';
import { OVERRULED_MEMBERS, PUBLISHED_EXTENSION_RULES } from './rules/extension-rules.js';
import { sentence, type Problem } from './rules/problem.js';
import type { Rule } from './rules/rule.js';
import { SERVER_RULE } from './rules/server-rules.js';
import { isServerName } from './server-name.js';

const SHAPES: Readonly<Record<EntryKind, Rule>> = { server: SERVER_RULE, ...PUBLISHED_EXTENSION_RULES };

function refuseFor(problem: Problem | undefined): void {
  if (problem) throw new InvalidInputError(sentence(problem));
}

/**
 * Checks the types of a published document's members (admin-api spec 2.3), the first check of a publish, before it is
 * looked at what was published and by whom. Unknown members may hold anything; `null` members count as absent.
 * @param value - the member `server`, `skill` or `plugin` of the body, parsed exactly
 * @throws InvalidInputError `invalid request body: server.description must be a string`
 */
export function checkPublishedShape(kind: EntryKind, value: unknown): void {
  const problem = SHAPES[kind].checkTypes(value);
  if (problem) throw new InvalidInputError(`invalid request body: ${sentence(problem, [kind])}`);
}

function readShape(kind: EntryKind, value: unknown): JsonObject {
  checkPublishedShape(kind, value);
  return SHAPES[kind].withoutNulls(value) as JsonObject;
}

function refuseVersion({ version }: JsonObject): void {
  const problem = findPublishedVersionProblem(version);
  if (problem !== undefined) throw new InvalidInputError(`version ${problem}`);
}

/**
 * Turns a published server.json into an entry (admin-api spec 6.1, B7, B15): everything comes back as it was sent.
 * @param value - parsed exactly, so that no integer was rounded
 * @throws InvalidInputError naming the member; `invalid server name: <name>`
 */
export function parsePublishedServer(value: unknown, { maxMetaSize }: { maxMetaSize: number }): EntryDocument {
  const server = readShape('server', value);
  const name = textOf(server.name);
  if (!isServerName(name)) throw new InvalidInputError(`invalid server name: ${name}`);
  refuseVersion(server);
  const document = toServerDocument(server);
  refuseFor(findOversizedMeta(server, document, maxMetaSize));
  return document;
}

function parsePublishedExtension(kind: ExtensionKind, value: unknown): EntryDocument {
  const extension = readShape(kind, value);
  refuseFor(findExtensionProblem(extension));
  refuseVersion(extension);
  return toExtensionDocument(kind, withoutMembers(extension, ...Object.keys(OVERRULED_MEMBERS)));
}

/**
 * Turns a published skill into an entry (admin-api spec 6.2, B7). Its `id`, `isLatest`, `createdAt` and `updatedAt` are overruled.
 * @throws InvalidInputError naming the member
 */
export function parsePublishedSkill(value: unknown): EntryDocument {
  return parsePublishedExtension('skill', value);
}

/** As {@link parsePublishedSkill}, for a plugin. */
export function parsePublishedPlugin(value: unknown): EntryDocument {
  return parsePublishedExtension('plugin', value);
}

/**
 * Turns a document that another registry server has accepted and served into an entry. Only what storing and serving it
 * need is asked for, the types of its members: what this server would refuse to publish anew goes on being served.
 * @param value - parsed exactly
 * @param status - the official status; of servers only
 * @throws InvalidInputError naming the member
 */
export function readKeptDocument(kind: EntryKind, value: unknown, status: OfficialStatus = 'active'): EntryDocument {
  const problem = SHAPES[kind].checkTypes(value);
  if (problem) throw new InvalidInputError(sentence(problem, [kind]));
  const kept = SHAPES[kind].withoutNulls(value) as JsonObject;
  return kind === 'server' ? toServerDocument(kept, status) : toExtensionDocument(kind, kept);
}

/** What the registry says about a version it has just stored. */
export interface PublishedStamp {
  /** UUID. */
  readonly id: string;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly isLatest: boolean;
}

/**
 * Makes the body that answers a publish (admin-api spec 6): of a server the document alone; of a skill or plugin with
 * `id`, `createdAt`, `updatedAt`, a `repository` even when it has none, and `isLatest` when it is.
 * @returns JSON text
 */
export function publishedBody(document: EntryDocument, stamp: PublishedStamp): string {
  if (document.kind === 'server') return document.json;
  const { id, createdAt, updatedAt, isLatest } = stamp;
  const extension = JSON.parse(document.json) as JsonObject;
  return JSON.stringify({
    id,
    repository: {},
    ...extension,
    ...(isLatest ? { isLatest } : {}),
    createdAt,
    updatedAt,
  });
}
