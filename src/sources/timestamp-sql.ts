/**
 * SQL that writes a `timestamptz` column as RFC 3339 in UTC with microseconds, which JavaScript's dates cannot hold
 * (admin-api spec 2.4).
 * @param column - a column of the query, never input
 */
export function rfc3339(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
