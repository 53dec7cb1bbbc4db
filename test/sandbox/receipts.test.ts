/** Every version that a node has stored has a receipt, and each verifies with the network stopped and nothing but the genesis to trust. */
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { decodeCbor } from '../../src/base/cbor.ts';
import { unwrap } from '../../src/base/result.ts';
import { verifyEntryReceipt } from '../../src/ledger/verify/entry.ts';
import { startSandbox } from '../support/sandbox.ts';

interface History {
  readonly total?: number;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly {
    readonly resource: { readonly resourceType: string; readonly id: string; readonly meta: { readonly versionId: string } };
  }[];
}

describe('receipts', () => {
  test('of all versions of a node verify offline', async () => {
    const sandbox = await startSandbox({ people: 8 });
    try {
      const url = sandbox.url('city-hospital');
      const headers = { authorization: `Bearer ${await sandbox.token('city-hospital', 'system')}` };
      const update = (family: string) =>
        fetch(`${url}/fhir/Patient/twice`, {
          method: 'PUT',
          headers: { ...headers, 'content-type': 'application/fhir+json' },
          body: JSON.stringify({ resourceType: 'Patient', id: 'twice', name: [{ family }] }),
        });
      for (const family of ['First', 'Second']) expect((await update(family)).ok).toBe(true);
      // Until the newest is on the ledger, and with it all before it.
      for (let tries = 0; tries < 200; tries++) {
        if ((await fetch(`${url}/node/api/records/Patient/twice/2/receipt`, { headers })).ok) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }

      const versions: { name: string; receipt: Uint8Array; content: Uint8Array }[] = [];
      let next: string | undefined = `${url}/fhir/_history?_count=200`;
      while (next !== undefined) {
        const page = (await (await fetch(next, { headers })).json()) as History;
        for (const { resource } of page.entry ?? []) {
          const name = `${resource.resourceType}/${resource.id}/${resource.meta.versionId}`;
          const part = async (which: string): Promise<Uint8Array> => {
            const answer = await fetch(`${url}/node/api/records/${name}/${which}`, { headers });
            expect(answer.status, `${which} of ${name}`).toBe(200);
            return new Uint8Array(await answer.arrayBuffer());
          };
          versions.push({ name, receipt: await part('receipt'), content: await part('content') });
        }
        next = page.link.find(({ relation }) => relation === 'next')?.url;
      }
      // All at once: for whoever may prove, and of a patient's own only; pages are bounded.
      const page = async (role: string, query = '', patient?: string) =>
        fetch(`${url}/node/api/receipts${query}`, { headers: { authorization: `Bearer ${await sandbox.token('city-hospital', role, patient)}` } });
      expect((await page('operator')).status).toBe(403);
      expect((await page('system', '?count=0')).status).toBe(400);
      expect((await page('system', '?count=5&after=nonsense')).status).toBe(400);
      const namesIn = async (answer: Response): Promise<readonly string[]> => {
        const { versions: some } = unwrap(decodeCbor(new Uint8Array(await answer.arrayBuffer()))) as {
          versions: readonly { type: string; id: string; version: number }[];
        };
        return some.map(({ type, id, version }) => `${type}/${id}/${version}`);
      };
      const ofPatient = await namesIn(await page('patient', '', 'twice'));
      // Besides their own record a patient sees who works there.
      expect(ofPatient.filter((name) => !/^(Practitioner|PractitionerRole|Organization|Location)\//.test(name))).toEqual([
        'Patient/twice/2',
        'Patient/twice/1',
      ]);
      expect(await namesIn(await page('system', '?count=100'))).toEqual(versions.slice(0, 100).map(({ name }) => name));

      const genesis = (await (await fetch(`${sandbox.hub}/explorer/api/genesis`)).json()) as { chainId: string; nodeKey: string };
      await sandbox.stop();

      expect(versions.length).toBeGreaterThan(400);
      expect(
        versions
          .filter(({ name }) => name.startsWith('Patient/twice/'))
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(['Patient/twice/1', 'Patient/twice/2']);
      const trust = { chainId: genesis.chainId, nodeKey: fromHex(genesis.nodeKey) };
      const bad = versions.filter(({ receipt, content }) => verifyEntryReceipt(receipt, { content, trust }).verdict !== 'held');
      expect(bad.map(({ name }) => name)).toEqual([]);
      // A receipt is about its own version only.
      expect(verifyEntryReceipt(versions[0]!.receipt, { content: versions[1]!.content, trust }).verdict).toBe('failed');
      const sizes = versions.map(({ receipt }) => receipt.length);
      expect(Math.max(...sizes)).toBeLessThan(2500);
    } finally {
      await sandbox[Symbol.asyncDispose]();
    }
  });
});
