/** Fills a new sandbox with its synthetic people, through the FHIR interface like any other client. */
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { IMPORT_MARK_HEADER } from '../node/import-marks.ts';
import type { Population } from '../synthetic/population.ts';
import { createHash } from 'node:crypto';
import { sandboxErrors } from './errors.ts';

export interface SeedTarget {
  readonly url: string;
  readonly token: string;
}

/** A bundle that is in already, from a start that was interrupted, is left alone. Returns how many resources were sent. */
export async function seed(
  population: Population,
  targets: ReadonlyMap<string, SeedTarget>,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<Result<number>> {
  const { bundles } = population;
  let sent = 0;
  let done = 0;
  let problem: Result<never> | undefined;
  const one = async ({ organisationId, name, bundle }: Population['bundles'][number]): Promise<void> => {
    const { url, token } = targets.get(organisationId)!;
    const body = JSON.stringify(bundle);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', [IMPORT_MARK_HEADER]: sha256 };
    const known = (await (
      await fetch(`${url}/node/api/imports/${sha256}`, { headers: { authorization: headers.authorization }, signal })
    ).json()) as { known?: boolean };
    if (known.known !== true) {
      const answer = await fetch(`${url}/fhir`, { method: 'POST', headers, body, signal });
      const text = await answer.text();
      if (!answer.ok)
        problem ??= fail(
          codedError(sandboxErrors, 'sandbox.seeding-failed', {
            message: `${organisationId} refused the bundle ${name} (${answer.status}).`,
            data: { cause: text.slice(0, 2000) },
          }),
        );
      sent += bundle.entry!.length;
    }
    done++;
    if (done % 20 === 0) note(`  ${done} of ${bundles.length} bundles`);
  };
  // What others refer to comes first; patients side by side after it.
  const first = bundles.filter(({ name }) => name === 'organisation');
  const rest = bundles.filter(({ name }) => name !== 'organisation');
  for (const list of [first, rest]) {
    let next = 0;
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (next < list.length && problem === undefined && !signal.aborted) await one(list[next++]!);
      }),
    );
  }
  return problem ?? ok(sent);
}
