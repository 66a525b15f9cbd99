import { importJWK, type CryptoKey, type JWK } from 'jose';
import { ALGORITHMS } from './token-checks.js';

/** The members that make up a public key, by its type; all others (private ones too) are left out when it is imported. */
const PUBLIC_MEMBERS: Readonly<Record<string, readonly string[]>> = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'] };

function textMember(jwk: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = jwk[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether `use` and `key_ops` let a published key verify signatures (RFC 7517, section 4.2 and 4.3). */
function mayVerify({ use, key_ops: operations }: Readonly<Record<string, unknown>>): boolean {
  if (use !== undefined && use !== 'sig') return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

/** One published key that may verify signatures. */
export class VerificationKey {
  /** Equal exactly for keys that are the same in every respect that counts. */
  readonly identity: string;
  readonly #imported = new Map<string, Promise<CryptoKey>>();

  private constructor(
    readonly kid: string,
    private readonly jwk: JWK & { kty: string },
    private readonly algorithm: string | undefined,
  ) {
    this.identity = JSON.stringify([kid, algorithm, jwk]);
  }

  /** The key that a member of `keys` stands for; undefined when it is not one that may verify a token. */
  static from(value: unknown): VerificationKey | undefined {
    if (typeof value !== 'object' || value === null || !mayVerify(value as Record<string, unknown>)) return undefined;
    const published = value as Record<string, unknown>;
    const kty = textMember(published, 'kty') ?? '';
    const members = Object.hasOwn(PUBLIC_MEMBERS, kty) ? PUBLIC_MEMBERS[kty] : undefined;
    const kid = textMember(published, 'kid');
    if (!members || !kid) return undefined;
    const material = Object.fromEntries(members.map((name) => [name, textMember(published, name)]));
    return new VerificationKey(kid, { kty, ...material }, textMember(published, 'alg'));
  }

  /** Whether a token of this algorithm may be verified: the type fits, and so does `alg` if the key names one. */
  fits(algorithm: string): boolean {
    const needed = ALGORITHMS[algorithm];
    if (!needed || needed.kty !== this.jwk.kty || (needed.crv !== undefined && needed.crv !== this.jwk.crv))
      return false;
    return this.algorithm === undefined || this.algorithm === algorithm;
  }

  /** The key in the form that verifies this algorithm; rejects when the published members are no key. */
  forAlgorithm(algorithm: string): Promise<CryptoKey> {
    let imported = this.#imported.get(algorithm);
    if (!imported) {
      imported = importJWK(this.jwk, algorithm) as Promise<CryptoKey>;
      this.#imported.set(algorithm, imported);
    }
    return imported;
  }
}
