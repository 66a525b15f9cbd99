import { findInvalidClaim, isUnclaimed, type Claims } from '../claims/claims.js';
import { InvalidInputError } from '../common/errors.js';
import type { EntryDocument } from '../documents/entry-document.js';
import {
  checkPublishedShape,
  parsePublishedPlugin,
  parsePublishedServer,
  parsePublishedSkill,
} from '../documents/publish.js';
import { ENTRY_KINDS, type EntryKind } from '../model/entry-kind.js';
import type { PublishEntryRequest } from './dto/publish-entry.request.js';

/** What a publish request asks for, checked as far as that goes without knowing what is stored. */
export interface Publication {
  readonly document: EntryDocument;
  /** Null for none, however that was spelled. */
  readonly claims: Claims | null;
}

/** What a deployment asks of publications. */
export interface PublicationRules {
  /** Bytes of JSON that publisher-provided metadata may take. */
  readonly maxMetaSize: number;
  readonly requiresClaims: boolean;
}

function parseDocument(kind: EntryKind, value: unknown, maxMetaSize: number): EntryDocument {
  switch (kind) {
    case 'server':
      return parsePublishedServer(value, { maxMetaSize });
    case 'skill':
      return parsePublishedSkill(value);
    case 'plugin':
      return parsePublishedPlugin(value);
  }
}

/**
 * Checks claims that a request brings (admin-api spec B8).
 * @param claims - an object with any values
 * @returns null when there are none
 * @throws InvalidInputError naming the claim
 */
export function readClaims(claims: Readonly<Record<string, unknown>>): Claims | null {
  const problem = findInvalidClaim(claims);
  if (problem !== undefined) throw new InvalidInputError(problem);
  const checked = claims as Claims;
  return isUnclaimed(checked) ? null : checked;
}

/**
 * Reads a publish request, in the order of admin-api spec 6: types of members, exactly one document, claims required,
 * claim values, the document's own rules.
 * @throws InvalidInputError
 */
export function readPublication(request: PublishEntryRequest, rules: PublicationRules): Publication {
  const given = ENTRY_KINDS.filter((kind) => request[kind] !== undefined);
  for (const kind of given) checkPublishedShape(kind, request[kind]);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    throw new InvalidInputError("exactly one of 'server', 'skill', or 'plugin' must be provided");
  }
  const claims = readClaims(request.claims ?? {});
  if (rules.requiresClaims && claims === null) {
    throw new InvalidInputError('claims are required when authorization is enabled');
  }
  return { document: parseDocument(kind, request[kind], rules.maxMetaSize), claims };
}
