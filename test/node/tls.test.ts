/** A node's own TLS: what is refused and why, who is local behind it, and that a renewed certificate is served without a restart. */
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unwrap, type CodedError } from '../../src/base/result.ts';
import { isFromThisMachine } from '../../src/gateway/this-machine.ts';
import { openHttpSide, type HttpFront, type HttpSide } from '../../src/node/serve-http.ts';
import { openTls } from '../../src/node/tls.ts';
import { temporaryFolder } from '../support/ledger.ts';
import { testAuthority } from '../support/tls.ts';

const authority = testAuthority();
const local = { host: '127.0.0.1', port: 0 };
let folder: ReturnType<typeof temporaryFolder>;
let files: { certificate: string; key: string };
beforeEach(() => {
  folder = temporaryFolder();
  files = authority.files(folder.path, 'node', ['north.example', '127.0.0.1']);
});
afterEach(() => folder[Symbol.dispose]());

const write = (made: { certificate: string; key: string }): void => {
  writeFileSync(files.certificate, made.certificate);
  writeFileSync(files.key, made.key);
};
const open = async (): Promise<string> => {
  const opened = await openTls(files, Date.now());
  return opened.ok ? 'opened' : `${opened.error.code}: ${opened.error.message.replaceAll(folder.path, '')}`;
};

describe('the files of a certificate', () => {
  test('are taken when they fit, also with the chain after the certificate', async () => {
    expect(await open()).toBe('opened');
    const made = authority.server(['north.example']);
    write({ ...made, certificate: made.certificate + authority.certificate });
    const { isFor } = unwrap(await openTls(files, Date.now()));
    expect(['north.example', 'south.example', '127.0.0.1'].map(isFor)).toEqual([true, false, false]);
  });

  test('that are missing, or are something else, are named', async () => {
    rmSync(files.key);
    expect(await open()).toMatch(/^node\.tls-file: \/node\.key cannot be read: ENOENT/);
    write({ certificate: 'no PEM', key: authority.server(['x']).key });
    expect(await open()).toMatch(/^node\.tls-file: \/node\.crt is not a certificate in PEM/);
    write({ ...authority.server(['x']), key: 'no PEM' });
    expect(await open()).toMatch(/^node\.tls-file: \/node\.key is not a private key in PEM/);
  });

  test('that cannot be read are named', async () => {
    rmSync(files.key);
    mkdirSync(files.key);
    expect(await open()).toMatch(/^node\.tls-file: \/node\.key cannot be read: EISDIR/);
  });

  test('with a passphrase say so', async () => {
    const made = authority.server(['x']);
    write({ ...made, key: createPrivateKey(made.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }) as string });
    expect(await open()).toMatch(/^node\.tls-file: The key in \/node\.key has a passphrase/);
  });

  test('that do not belong together are refused, and so is the authority before the certificate', async () => {
    const made = authority.server(['x']);
    write({ ...made, key: authority.server(['x']).key });
    expect(await open()).toMatch(/^node\.tls-mismatch: The key in \/node\.key is not the one of the first certificate/);
    write({ ...made, certificate: authority.certificate + made.certificate });
    expect(await open()).toMatch(/^node\.tls-mismatch/);
  });

  test('are refused after their time, and before it', async () => {
    write(authority.server(['x'], -1, -2));
    expect(await open()).toMatch(/^node\.tls-expired: .* has expired on \d{4}-/);
    write(authority.server(['x'], 2, 1));
    expect(await open()).toMatch(/^node\.tls-expired: .* is valid only from \d{4}-/);
  });
});

describe('a node that others reach', () => {
  const told: CodedError[] = [];
  let side: HttpSide | undefined;
  afterEach(async () => {
    await side?.close();
    told.length = 0;
  });

  async function serve(front: HttpFront | undefined, url = 'https://north.example'): Promise<{ port: number; localUrl: string }> {
    side = unwrap(
      await openHttpSide({
        front,
        url,
        allowedOrigins: [],
        connectTo: [],
        onError: (cause) => void told.push(cause as CodedError),
        now: Date.now,
      }),
    );
    side.server.get('/here', async (request) => ({ here: isFromThisMachine(request) }));
    const localUrl = unwrap(await side.listen('127.0.0.1', 0));
    return { port: (side.server.server.address() as { port: number }).port, localUrl };
  }

  const overTls = async (port: number): Promise<unknown> => {
    const request = https.get({ host: '127.0.0.1', port, path: '/here', ca: authority.certificate, servername: 'north.example', agent: false });
    const [answer] = (await once(request, 'response')) as [AsyncIterable<Buffer>];
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part);
    return JSON.parse(Buffer.concat(parts).toString());
  };
  const serialOf = async (port: number): Promise<string> => {
    const socket = tls.connect({ host: '127.0.0.1', port, ca: authority.certificate, servername: 'north.example' });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };

  test('by TLS is asked over HTTPS, and by programs on its machine through their own door', async () => {
    const { port, localUrl } = await serve({ kind: 'tls', files, local });
    expect(await overTls(port)).toEqual({ here: false });
    expect(await (await fetch(`${localUrl}/here`)).json()).toEqual({ here: true });
    await expect(fetch(`http://127.0.0.1:${port}/here`)).rejects.toThrow('fetch failed');
    expect(told).toEqual([]);
  });

  test('lets nobody in with TLS 1.1', async () => {
    const { port } = await serve({ kind: 'tls', files, local });
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const socket = tls.connect({ host: '127.0.0.1', port, ca: authority.certificate, servername: 'north.example', ...old });
    const [cause] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(cause.code).toMatch(/PROTOCOL|VERSION/);
  });

  test('through a proxy takes nobody who comes that way for local, whatever their address', async () => {
    const { port, localUrl } = await serve({ kind: 'proxy', local });
    expect(await (await fetch(`http://127.0.0.1:${port}/here`)).json()).toEqual({ here: false });
    expect(await (await fetch(`${localUrl}/here`)).json()).toEqual({ here: true });
  });

  test('not at all is one where every address of this machine is local, unless a proxy that nobody spoke of sent it on', async () => {
    const { localUrl } = await serve(undefined);
    expect(await (await fetch(`${localUrl}/here`)).json()).toEqual({ here: true });
    expect(await (await fetch(`${localUrl}/here`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).json()).toEqual({ here: false });
  });

  test('serves a renewed certificate without a restart, and the one before while the new files do not fit', async () => {
    const { port } = await serve({ kind: 'tls', files, local, lookEveryMs: 20 });
    const first = await serialOf(port);
    const renewed = authority.server(['north.example']);
    writeFileSync(files.certificate, renewed.certificate);
    await expect.poll(() => told.map(({ code }) => code)).toContain('node.tls-mismatch');
    expect(await serialOf(port)).toBe(first);
    writeFileSync(files.key, renewed.key);
    await expect.poll(() => serialOf(port)).not.toBe(first);
  });

  test('says when its certificate is for another name than the one it is reached under, and when it ends soon', async () => {
    write(authority.server(['north.example'], 3));
    await serve({ kind: 'tls', files, local }, 'https://records.example:8443');
    await expect.poll(() => told.map(({ code }) => code)).toEqual(['node.tls-mismatch', 'node.tls-expired']);
    expect(told[0]!.message).toContain('is not for records.example');
  });

  test('does not begin with files that cannot be used', async () => {
    rmSync(files.certificate);
    const opened = await openHttpSide({
      front: { kind: 'tls', files, local },
      url: 'https://north.example',
      allowedOrigins: [],
      connectTo: [],
      onError: () => undefined,
      now: Date.now,
    });
    expect(opened).toMatchObject({ ok: false, error: { code: 'node.tls-file' } });
  });
});
