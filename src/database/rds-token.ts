import type { PgpassTarget } from './pgpass.js';

const METADATA_ADDRESS = 'http://169.254.169.254';
const METADATA_LIMIT_MS = 2_000;

/** Makes the password of one connection. */
export type PasswordSource = () => Promise<string>;

/**
 * A source of RDS IAM tokens signed with the ambient AWS credentials; each call makes a new one, valid for 15 minutes
 * (operations spec 4.2).
 * @param region - AWS region, or `detect` for that of the instance metadata service
 * @throws Error when the region cannot be detected within two seconds
 */
export async function createRdsTokenSource(
  target: PgpassTarget,
  region: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<PasswordSource> {
  const actualRegion = region === 'detect' ? await detectRegion(environment) : region;
  // Loaded only where it is configured: the signer brings a good part of the AWS SDK.
  const { Signer } = await import('@aws-sdk/rds-signer');
  const signer = new Signer({
    hostname: target.host,
    port: target.port,
    username: target.user,
    region: actualRegion,
  });
  return () => signer.getAuthToken();
}

async function detectRegion(environment: NodeJS.ProcessEnv): Promise<string> {
  const address = environment['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || METADATA_ADDRESS;
  const signal = AbortSignal.timeout(METADATA_LIMIT_MS);
  try {
    const token = await readMetadata(new URL('/latest/api/token', address), {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
      signal,
    });
    return await readMetadata(new URL('/latest/meta-data/placement/region', address), {
      headers: { 'x-aws-ec2-metadata-token': token },
      signal,
    });
  } catch (error) {
    throw new Error('database.dynamicAuth.awsRdsIam.region: the instance metadata service did not tell the region', {
      cause: error,
    });
  }
}

async function readMetadata(url: URL, init: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const text = (await response.text()).trim();
  if (!response.ok || text === '') throw new Error(`${url.pathname} answered ${response.status}`);
  return text;
}
