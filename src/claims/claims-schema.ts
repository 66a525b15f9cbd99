/** Claims as OpenAPI describes them: a string or an array of strings for each key (admin-api spec B8). */
export const CLAIMS_SCHEMA: {
  type: 'object';
  additionalProperties: { oneOf: ({ type: 'string' } | { type: 'array'; items: { type: 'string' } })[] };
} = {
  type: 'object',
  additionalProperties: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
};
