/** Bearer tokens: JWT (RFC 7519) signed with EdDSA (RFC 8037) by the organisation's token key; accepted only by that organisation. */
import { importJWK, jwtVerify, SignJWT, type CryptoKey } from 'jose';
import { toBase64Url, utf8 } from '../base/bytes.ts';
import { ed25519PublicKey } from '#ed25519';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { sha256 } from '#sha256';
import { accessErrors } from './errors.ts';
import { isPurpose, isRole, type Principal, type Purpose, type Role } from './principal.ts';
import { parseScope, type Scope } from './scopes.ts';

const AUDIENCE = 'careledger';
const MAX_TOKEN_LENGTH = 8192;
const MAX_SCOPES = 64;
const MAX_LIFETIME_SECONDS = 30 * 24 * 3600;
/** Verified tokens kept so that a signature is checked once, not per request. */
const KEPT_TOKENS = 4096;

export interface TokenKey {
  readonly organisation: string;
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** The organisation's token key from its 32-byte seed. */
export async function tokenKey(organisation: string, seed: Uint8Array): Promise<TokenKey> {
  const publicBytes = ed25519PublicKey(seed);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicBytes) };
  return {
    organisation,
    keyId: toBase64Url(sha256(utf8('careledger/token-key/1'), publicBytes)).slice(0, 16),
    privateKey: (await importJWK({ ...jwk, d: toBase64Url(seed) }, 'EdDSA')) as CryptoKey,
    publicKey: (await importJWK(jwk, 'EdDSA')) as CryptoKey,
  };
}

export interface TokenClaims {
  readonly role: Role;
  readonly name: string;
  /** Stable id of the person or machine; default: derived from role, name and patient. */
  readonly subject?: string;
  /** Required for the role `patient`: id of the Patient record. */
  readonly patient?: string;
  /** Default by role. */
  readonly purpose?: Purpose;
  /** SMART scopes; default by role. */
  readonly scopes?: readonly string[];
  readonly lifetimeSeconds?: number;
}

const DEFAULT_SCOPES: Readonly<Record<Role, readonly string[]>> = {
  patient: ['patient/*.cruds'],
  clinician: ['user/*.cruds'],
  'privacy-officer': ['user/AuditEvent.rs', 'user/Consent.rs'],
  operator: [],
  system: ['system/*.cruds'],
};

const DEFAULT_PURPOSE: Readonly<Record<Role, Purpose>> = {
  patient: 'patient-request',
  clinician: 'treatment',
  'privacy-officer': 'privacy-review',
  operator: 'operations',
  system: 'operations',
};

const invalid = (message: string) => fail(codedError(accessErrors, 'access.claims', { message }));

/** `now`: milliseconds since 1970. `access.claims` when role, patient and scopes do not fit together. */
export async function issueToken(key: TokenKey, claims: TokenClaims, now: number): Promise<Result<string>> {
  if (!isRole(claims.role)) return invalid(`There is no role "${String(claims.role)}".`);
  if (claims.role === 'patient' && !claims.patient) return invalid('A token for a patient needs the id of their Patient record.');
  if (claims.role !== 'patient' && claims.patient !== undefined) return invalid('Only a token with the role patient carries a patient.');
  const lifetime = claims.lifetimeSeconds ?? 12 * 3600;
  if (!Number.isInteger(lifetime) || lifetime < 1 || lifetime > MAX_LIFETIME_SECONDS) return invalid('The lifetime is 1 second to 30 days.');
  const scopes = claims.scopes ?? DEFAULT_SCOPES[claims.role];
  if (scopes.length > MAX_SCOPES) return invalid(`At most ${MAX_SCOPES} scopes.`);
  for (const scope of scopes) {
    const parsed = parseScope(scope);
    if (!parsed) return invalid(`"${scope}" is not a scope; examples: patient/*.rs, user/Observation.cruds, system/*.cruds.`);
    if (parsed.context === 'patient' && claims.role !== 'patient') return invalid(`The scope ${scope} fits only the role patient.`);
    if (parsed.context !== 'patient' && claims.role === 'patient') return invalid(`The scope ${scope} does not fit the role patient.`);
  }
  const subject = claims.subject ?? toBase64Url(sha256(utf8(`${claims.role}\u0000${claims.name}\u0000${claims.patient ?? ''}`))).slice(0, 22);
  const seconds = Math.floor(now / 1000);
  const token = await new SignJWT({
    role: claims.role,
    name: claims.name,
    purpose: claims.purpose ?? DEFAULT_PURPOSE[claims.role],
    scope: scopes.join(' '),
    ...(claims.patient === undefined ? {} : { patient: claims.patient }),
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: key.keyId })
    .setIssuer(key.organisation)
    .setAudience(AUDIENCE)
    .setSubject(subject)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + lifetime)
    .sign(key.privateKey);
  return ok(token);
}

export type Authenticate = (authorization: string | undefined, now: number) => Promise<Result<Principal>>;

const principalOf = (payload: Readonly<Record<string, unknown>>, organisation: string): Principal | undefined => {
  const { role, name, purpose, scope, patient, sub, exp } = payload;
  if (!isRole(role) || typeof name !== 'string' || name.length > 256 || !isPurpose(purpose) || typeof sub !== 'string') return undefined;
  if (typeof scope !== 'string' || typeof exp !== 'number' || (role === 'patient') !== (typeof patient === 'string')) return undefined;
  const scopes: Scope[] = [];
  for (const text of scope.split(' ').filter((part) => part !== '')) {
    const parsed = parseScope(text);
    if (!parsed || (parsed.context === 'patient') !== (role === 'patient')) return undefined;
    scopes.push(parsed);
  }
  return {
    id: sub,
    kind: role === 'system' ? 'machine' : 'person',
    name,
    role,
    organisation,
    ...(typeof patient === 'string' ? { patient } : {}),
    purpose,
    scopes,
    expires: exp * 1000,
  };
};

/** Checks the `Authorization` header. `access.token-missing`, `access.token-invalid`, `access.token-expired`. */
export function authenticator(key: Pick<TokenKey, 'organisation' | 'keyId' | 'publicKey'>): Authenticate {
  const kept = new Map<string, Principal>();
  const expired = fail(codedError(accessErrors, 'access.token-expired'));
  return async (authorization, now) => {
    const token = authorization === undefined ? undefined : /^Bearer ([A-Za-z0-9_.-]+)$/i.exec(authorization)?.[1];
    if (authorization === undefined) return fail(codedError(accessErrors, 'access.token-missing'));
    if (token === undefined || token.length > MAX_TOKEN_LENGTH) return fail(codedError(accessErrors, 'access.token-invalid'));
    const known = kept.get(token);
    if (known) return known.expires > now ? ok(known) : expired;
    try {
      const { payload, protectedHeader } = await jwtVerify(token, key.publicKey, {
        algorithms: ['EdDSA'],
        issuer: key.organisation,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'sub'],
        typ: 'JWT',
        currentDate: new Date(now),
      });
      const principal = protectedHeader.kid === key.keyId ? principalOf(payload, key.organisation) : undefined;
      if (!principal) return fail(codedError(accessErrors, 'access.token-invalid'));
      if (kept.size >= KEPT_TOKENS) kept.delete(kept.keys().next().value!);
      kept.set(token, principal);
      return ok(principal);
    } catch (cause) {
      return (cause as { code?: string }).code === 'ERR_JWT_EXPIRED' ? expired : fail(codedError(accessErrors, 'access.token-invalid'));
    }
  };
}
