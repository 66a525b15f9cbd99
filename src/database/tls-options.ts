import { readFile } from 'node:fs/promises';
import { checkServerIdentity, getCACertificates, type ConnectionOptions } from 'node:tls';
import { findInvalidSslMode } from '../config/ssl-modes.js';

/**
 * How the connection to PostgreSQL is encrypted and what of the server's certificate is verified (operations spec 4.3).
 * @returns false for a plain connection
 * @throws Error naming `database.sslMode` when the mode is unknown, or the file of `PGSSLROOTCERT` when it cannot be read
 */
export async function createTlsOptions(
  { sslMode, host }: { sslMode: string; host: string },
  environment: NodeJS.ProcessEnv = process.env,
): Promise<false | ConnectionOptions> {
  const rootCertificate = environment['PGSSLROOTCERT'];
  switch (sslMode) {
    case 'disable':
      return false;
    case 'require':
      return rootCertificate
        ? { ca: await readRoots(rootCertificate), checkServerIdentity: acceptAnyName }
        : { rejectUnauthorized: false };
    case 'verify-ca':
      return { ca: await readRoots(rootCertificate), checkServerIdentity: acceptAnyName };
    case 'verify-full':
      return {
        ca: await readRoots(rootCertificate),
        // The name that is checked must be the configured one, also where the driver sends none (addresses).
        checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
      };
    default:
      throw new Error(findInvalidSslMode(sslMode));
  }
}

function acceptAnyName(): undefined {
  return undefined;
}

async function readRoots(file: string | undefined): Promise<string | string[]> {
  if (file) return readRootFile(file);
  const system = getCACertificates('system');
  return system.length > 0 ? system : getCACertificates('bundled');
}

async function readRootFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`PGSSLROOTCERT: cannot read "${file}"`, { cause: error });
  }
}
