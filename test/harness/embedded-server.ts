// A process that runs an embedded database in the folder named by its argument until it is killed.
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';

const { host, port, user, password, database } = await startEmbeddedPostgres({ dataDir: process.argv[2]! });
console.log(JSON.stringify({ host, port, user, password: password.reveal(), database }));
setInterval(() => undefined, 60_000);
