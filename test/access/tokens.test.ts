import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { authenticator, issueToken, tokenKey, type TokenClaims } from '../../src/access/tokens.ts';
import { unwrap } from '../../src/base/result.ts';

const NOW = Date.UTC(2026, 4, 3);
const seed = (fill: number) => new Uint8Array(32).fill(fill);
const key = await tokenKey('city-hospital', seed(1));
const check = authenticator(key);
const issue = async (claims: TokenClaims) => unwrap(await issueToken(key, claims, NOW));
const bearer = (token: string) => `Bearer ${token}`;

describe('tokens', () => {
  test('a token says who, for whom, why and until when', async () => {
    const token = await issue({ role: 'patient', name: 'Ana', patient: 'p1' });
    const principal = unwrap(await check(bearer(token), NOW));
    expect(principal).toMatchObject({
      role: 'patient',
      kind: 'person',
      name: 'Ana',
      patient: 'p1',
      organisation: 'city-hospital',
      purpose: 'patient-request',
    });
    expect(principal.scopes).toEqual([{ context: 'patient', type: '*', verbs: 'cruds' }]);
    expect(principal.expires).toBe(NOW + 12 * 3600_000);
  });

  test('expiry holds for a token that was seen before', async () => {
    const token = await issue({ role: 'system', name: 'Import', lifetimeSeconds: 60 });
    expect((await check(bearer(token), NOW)).ok).toBe(true);
    expect(await check(bearer(token), NOW + 60_000)).toMatchObject({ ok: false, error: { code: 'access.token-expired' } });
    expect(await authenticator(key)(bearer(token), NOW + 60_000)).toMatchObject({ ok: false, error: { code: 'access.token-expired' } });
  });

  test.each<[string, () => Promise<string | undefined>, string]>([
    ['no header', async () => undefined, 'access.token-missing'],
    ['another scheme', async () => 'Basic YTpi', 'access.token-invalid'],
    ['not a token', async () => 'Bearer abc', 'access.token-invalid'],
    ['too long', async () => `Bearer ${'a'.repeat(9000)}`, 'access.token-invalid'],
    [
      'another organisation’s key',
      async () => bearer(unwrap(await issueToken(await tokenKey('city-hospital', seed(2)), { role: 'system', name: 'x' }, NOW))),
      'access.token-invalid',
    ],
    [
      'another organisation’s token',
      async () => bearer(unwrap(await issueToken(await tokenKey('st-marys', seed(1)), { role: 'system', name: 'x' }, NOW))),
      'access.token-invalid',
    ],
    [
      'a changed claim',
      async () => {
        const [head, body, signature] = (await issue({ role: 'patient', name: 'Ana', patient: 'p1' })).split('.');
        const claims = JSON.parse(Buffer.from(body!, 'base64url').toString());
        return `Bearer ${head}.${Buffer.from(JSON.stringify({ ...claims, patient: 'p2' })).toString('base64url')}.${signature}`;
      },
      'access.token-invalid',
    ],
    [
      'alg none',
      async () => {
        const [, body] = (await issue({ role: 'system', name: 'x' })).split('.');
        return `Bearer ${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${body}.`;
      },
      'access.token-invalid',
    ],
    [
      'signed right, but a scope nobody understands',
      async () =>
        bearer(
          await new SignJWT({ role: 'system', name: 'x', purpose: 'operations', scope: 'system/*.rs?x=1' })
            .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: key.keyId })
            .setIssuer(key.organisation)
            .setAudience('careledger')
            .setSubject('s')
            .setExpirationTime(NOW / 1000 + 60)
            .sign(key.privateKey),
        ),
      'access.token-invalid',
    ],
    [
      'signed right, but without expiry',
      async () =>
        bearer(
          await new SignJWT({ role: 'system', name: 'x', purpose: 'operations', scope: '' })
            .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: key.keyId })
            .setIssuer(key.organisation)
            .setAudience('careledger')
            .setSubject('s')
            .sign(key.privateKey),
        ),
      'access.token-invalid',
    ],
  ])('refused: %s', async (_title, make, code) => {
    expect(await check(await make(), NOW)).toMatchObject({ ok: false, error: { code } });
  });

  test.each<[string, TokenClaims]>([
    ['an unknown role', { role: 'root' as never, name: 'x' }],
    ['a patient without a record', { role: 'patient', name: 'x' }],
    ['a clinician with a patient', { role: 'clinician', name: 'x', patient: 'p1' }],
    ['a scope that is none', { role: 'system', name: 'x', scopes: ['everything'] }],
    ['a patient scope for a clinician', { role: 'clinician', name: 'x', scopes: ['patient/*.rs'] }],
    ['a system scope for a patient', { role: 'patient', name: 'x', patient: 'p1', scopes: ['system/*.rs'] }],
    ['a year', { role: 'system', name: 'x', lifetimeSeconds: 365 * 86400 }],
  ])('not issued: %s', async (_title, claims) => {
    expect(await issueToken(key, claims, NOW)).toMatchObject({ ok: false, error: { code: 'access.claims' } });
  });
});
