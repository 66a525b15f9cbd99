import type { EntityManager } from 'typeorm';
import { InvalidInputError } from '../common/errors.js';
import { isUnclaimed } from '../claims/claims.js';
import type { EntryDocument } from '../documents/entry-document.js';
import type { EntryClaims } from './write-result.js';

/** Documents that are sent in one statement: bounded in number, and in characters of JSON. */
const BATCH_DOCUMENTS = 500;
const BATCH_CHARACTERS = 1024 * 1024;

/** Namespace, name and version stand in unique indexes, whose rows have a size limit of about 2700 bytes. */
const MAX_KEY_BYTES = 1024;

// What arrives is compared with what is stored while it is staged, so that only new documents travel.
const CREATE_TABLES = `
  CREATE TEMPORARY TABLE staged_version (
    position integer NOT NULL,
    kind text COLLATE "C" NOT NULL,
    namespace text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    status text NOT NULL,
    document_hash text NOT NULL,
    claims jsonb,
    entry_id bigint,
    version_id bigint,
    stored_ordinal integer,
    has_stored_document boolean NOT NULL,
    has_stored_status boolean NOT NULL,
    has_stored_claims boolean NOT NULL
  ) ON COMMIT DROP;
  CREATE TEMPORARY TABLE staged_document (
    position integer NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    facets jsonb NOT NULL,
    document text NOT NULL
  ) ON COMMIT DROP`;

// The limits keep the planner to one index look-up a row: a batch then costs the same however much the source holds.
const STAGE_VERSIONS = `
  WITH staged AS (
    INSERT INTO pg_temp.staged_version
    SELECT b.*, e.id, v.id, v.ordinal,
      coalesce(v.document_hash = b.document_hash, false),
      coalesce(v.status = b.status, false),
      e.id IS NOT NULL AND e.claims IS NOT DISTINCT FROM b.claims
    FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[])
      AS b (position, kind, namespace, name, version, status, document_hash, claims)
    LEFT JOIN LATERAL (
      SELECT id, claims FROM entry
      WHERE source_id = $1 AND kind = b.kind AND name = b.name AND namespace = b.namespace LIMIT 1
    ) e ON true
    LEFT JOIN LATERAL (
      SELECT id, ordinal, document_hash, status FROM entry_version
      WHERE entry_id = e.id AND version = b.version LIMIT 1
    ) v ON true
    RETURNING position, has_stored_document
  )
  SELECT position FROM staged WHERE NOT has_stored_document`;

// The documents travel as one block of bytes that is cut up here: as an array of texts, every quote of their JSON would have
// to be escaped and parsed, which takes seven times as long.
const STAGE_DOCUMENTS = `
  INSERT INTO pg_temp.staged_document
  SELECT position, title, description, facets, convert_from(substring($1::bytea FROM first_byte FOR bytes), 'UTF8')
  FROM unnest($2::integer[], $3::text[], $4::text[], $5::jsonb[], $6::integer[], $7::integer[])
    AS d (position, title, description, facets, first_byte, bytes)`;

/** @throws InvalidInputError when a namespace, name or version is too long for an index */
export function assertStorable(document: EntryDocument): void {
  for (const member of ['namespace', 'name', 'version'] as const) {
    if (Buffer.byteLength(document[member]) <= MAX_KEY_BYTES) continue;
    throw new InvalidInputError(
      `${document.kind} ${document.name.slice(0, 100)}: ${member} is longer than ${MAX_KEY_BYTES} bytes`,
    );
  }
}

/** Claims as JSON for a jsonb column; null stands for none, however they were spelled. */
export function claimsJson(claims: EntryClaims, document: EntryDocument): string | null {
  const given = typeof claims === 'function' ? claims(document) : claims;
  return isUnclaimed(given) ? null : JSON.stringify(given);
}

async function* inBatches(
  documents: Iterable<EntryDocument> | AsyncIterable<EntryDocument>,
): AsyncGenerator<EntryDocument[]> {
  let batch: EntryDocument[] = [];
  let characters = 0;
  for await (const document of documents) {
    assertStorable(document);
    batch.push(document);
    characters += document.json.length;
    if (batch.length < BATCH_DOCUMENTS && characters < BATCH_CHARACTERS) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}

/** Where each chunk begins in all of them together, counted from 1 as SQL does. */
function firstBytes(chunks: readonly Buffer[]): number[] {
  let next = 1;
  return chunks.map((chunk) => {
    const first = next;
    next += chunk.length;
    return first;
  });
}

/** Compares a batch with what is stored. @returns the positions of those documents that are not */
async function stageVersions(
  tx: EntityManager,
  sourceId: number,
  firstPosition: number,
  batch: readonly EntryDocument[],
  claims: EntryClaims,
): Promise<number[]> {
  const wanted = await tx.query<{ position: number }[]>(STAGE_VERSIONS, [
    sourceId,
    batch.map((_, index) => firstPosition + index),
    batch.map((document) => document.kind),
    batch.map((document) => document.namespace),
    batch.map((document) => document.name),
    batch.map((document) => document.version),
    batch.map((document) => document.status),
    batch.map((document) => document.hash),
    batch.map((document) => claimsJson(claims, document)),
  ]);
  return wanted.map(({ position }) => position);
}

async function stageContents(
  tx: EntityManager,
  positions: readonly number[],
  documents: readonly EntryDocument[],
): Promise<void> {
  if (documents.length === 0) return;
  const chunks = documents.map((document) => Buffer.from(document.json));
  await tx.query(STAGE_DOCUMENTS, [
    Buffer.concat(chunks),
    positions,
    documents.map((document) => document.title),
    documents.map((document) => document.description),
    documents.map((document) => JSON.stringify(document.facets)),
    firstBytes(chunks),
    chunks.map((chunk) => chunk.length),
  ]);
}

/**
 * Puts documents into temporary tables of the transaction, in batches, so that the memory they take does not grow with
 * their number. Each is compared with what the source has stored; documents that are stored already are not sent again.
 * The source must be locked, and stay so until the staged rows have been merged.
 * @throws InvalidInputError when a namespace, name or version is too long for an index
 */
export async function stageDocuments(
  tx: EntityManager,
  sourceId: number,
  documents: Iterable<EntryDocument> | AsyncIterable<EntryDocument>,
  claims: EntryClaims,
): Promise<void> {
  await tx.query(CREATE_TABLES);
  let position = 0;
  let sending: Promise<void> = Promise.resolve();
  try {
    for await (const batch of inBatches(documents)) {
      await sending;
      const first = position;
      const wanted = await stageVersions(tx, sourceId, first, batch, claims);
      const contents = wanted.map((place) => batch[place - first]).filter((found) => found !== undefined);
      // The next batch is gathered while this one travels.
      sending = stageContents(tx, wanted, contents);
      sending.catch(() => undefined);
      position += batch.length;
    }
  } finally {
    await sending;
  }
  await tx.query('ANALYZE pg_temp.staged_version');
}
