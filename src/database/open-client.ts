import { Client, type ClientConfig } from 'pg';
import { databaseErrorCode } from './database-errors.js';

/**
 * Opens one connection outside the pool; the caller ends it.
 * @throws Error that names user, host, port and database, with the driver's error as its cause
 */
export async function openClient(options: ClientConfig): Promise<Client> {
  const client = new Client(options);
  // Without a listener, a connection lost between two statements would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    // The driver leaves the socket open when the failure is on this side, such as a missing password.
    client.connection.stream.destroy();
    // The error of a name with several addresses has a code and no message.
    const reason = error instanceof Error && error.message !== '' ? error.message : databaseErrorCode(error);
    const { user, host, port, database } = options;
    throw new Error(`cannot connect to database "${database}" at ${host}:${port} as user "${user}": ${reason}`, {
      cause: error,
    });
  }
}

/** Runs work on a connection of its own, which is closed afterwards. */
export async function withClient<T>(options: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await openClient(options);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
