import { InvalidInputError } from '../common/errors.js';
import type { SourceDefinition } from '../config/config.js';
import type { InlineContent, InlineDocuments } from '../sync/inline-documents.js';
import { invalidSource } from './rule-helpers.js';

/**
 * Parses and validates the document that a file source carries in its definition (admin-api spec B13).
 * @returns undefined for every other source
 * @throws InvalidInputError `invalid source configuration: file.data: …`
 */
export async function parseInlineData(
  documents: Pick<InlineDocuments, 'parse'>,
  definition: SourceDefinition,
): Promise<InlineContent | undefined> {
  const { settings } = definition;
  if (settings.kind !== 'file' || settings.file.data === undefined) return undefined;
  try {
    return await documents.parse(settings.file.data, definition);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw invalidSource(`file.data: ${error.message}`);
  }
}
