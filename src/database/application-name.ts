/** What our connections are called in `pg_stat_activity`; those of the change feed have something behind it. */
export const APPLICATION_NAME = 'thv-registry-api';
