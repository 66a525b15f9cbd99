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
    const { user, host, port, database } = options;
    throw new Error(
      `cannot connect to database "${database}" at ${host}:${port} as user "${user}": ${connectionFailure(error)}`,
      { cause: error },
    );
  }
}

/** TLS is the default here and not there, so whoever meets a server without it needs the name of the key. */
function connectionFailure(error: unknown): string {
  // The error of a name with several addresses has a code and no message.
  if (!(error instanceof Error) || error.message === '') return String(databaseErrorCode(error));
  if (!error.message.includes('does not support SSL')) return error.message;
  return `${error.message} (set database.sslMode to disable to connect without)`;
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
