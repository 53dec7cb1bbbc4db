/** Certificates are renewed in place, by a program that knows nothing of the node: the files are looked at every minute, and taken once both fit. */
import { stat } from 'node:fs/promises';
import type { Server } from 'node:https';
import { codedError } from '../base/errors.ts';
import { nodeErrors } from './errors.ts';
import { openTls, tlsOptions, type TlsFiles, type TlsMaterial } from './tls.ts';

export interface Renewal {
  readonly files: TlsFiles;
  readonly material: TlsMaterial;
  /** Under which others reach the server. */
  readonly url: string;
  /** Milliseconds; default a minute. */
  readonly everyMs?: number | undefined;
  readonly now: () => number;
  readonly onError: (cause: unknown) => void;
}

const EVERY_MS = 60_000;
const ENDS_SOON_MS = 14 * 86_400_000;
const DAY_MS = 86_400_000;

/** Until the returned function is called. What was served last is served on while the new files cannot be used. */
export function followRenewal(server: Server, { files, material, url, everyMs, now, onError }: Renewal): () => void {
  let { expires } = material;
  checkName(material);
  let seen: string | undefined;
  let told = 0;

  async function look(): Promise<void> {
    const mark = await markOf(files);
    if (seen !== undefined && mark !== seen) {
      const renewed = await openTls(files, now());
      if (renewed.ok) {
        server.setSecureContext(tlsOptions(renewed.value));
        ({ expires } = renewed.value);
        checkName(renewed.value);
      } else onError(renewed.error);
    }
    seen = mark;
    if (expires - now() > ENDS_SOON_MS || now() - told < DAY_MS) return;
    told = now();
    const message = `The TLS certificate in ${files.certificate} ends on ${new Date(expires).toISOString()}.`;
    onError(codedError(nodeErrors, 'node.tls-expired', { message }));
  }

  function checkName({ isFor }: TlsMaterial): void {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    if (isFor(host)) return;
    const message = `The TLS certificate in ${files.certificate} is not for ${host}, under which this node is reached (${url}).`;
    onError(codedError(nodeErrors, 'node.tls-mismatch', { message }));
  }

  let looking = look().catch(onError);
  const timer = setInterval(() => {
    looking = looking.then(look).catch(onError);
  }, everyMs ?? EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Changes when one of the files does, also when it is exchanged for another one of the same time. */
async function markOf({ certificate, key }: TlsFiles): Promise<string> {
  const marks = await Promise.all(
    [certificate, key].map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found === undefined ? 'none' : `${found.ino} ${found.size} ${found.mtimeMs}`;
    }),
  );
  return marks.join('; ');
}
