/** Whom a browser believes: the genesis that it saw first, and nothing that a server later puts in its place. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { verifyTrustBundle } from '../../src/ledger/verify/trust-bundle.ts';
import { attestedLedger, changingSets, nodeAttester } from '../support/attested.ts';

interface Pinned {
  readonly chainId: string;
  readonly genesisHash: string;
  readonly bundle: Uint8Array;
  readonly seen: string;
}

/** By its name only: the page's own types are of a browser, the tests' are not. */
const page = '../../src/web/proof/trust.ts';
const { pinnedTrust, trustFrom } = (await import(page)) as {
  pinnedTrust(chainId: string | undefined): Pinned | undefined;
  trustFrom(target: { readonly url: string }): Promise<Pinned>;
};

const kept = new Map<string, string>();
let served = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 2 });

const hashOf = (ledger: typeof served): string => toHex(verifyTrustBundle(ledger.bundle()).report.facts.genesisHash!);

beforeEach(() => {
  kept.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  vi.stubGlobal('document', { documentElement: { lang: 'en' } });
  vi.stubGlobal('location', { origin: 'http://portal.test' });
  vi.stubGlobal('fetch', async (url: string) =>
    url.endsWith('/genesis')
      ? Response.json({ chainId: served.chainId, genesisHash: hashOf(served) })
      : new Response(Uint8Array.from(served.bundle())),
  );
});
afterEach(() => vi.unstubAllGlobals());

describe('the trust of a browser', () => {
  it('grows with the ledger, and is there without a server', async () => {
    served = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 2 });
    const first = await trustFrom({ url: '' });
    served = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 8 });
    const later = await trustFrom({ url: '' });
    expect(later).toMatchObject({ genesisHash: first.genesisHash, seen: first.seen });
    expect(later.bundle.length).toBeGreaterThan(first.bundle.length);
    expect(pinnedTrust('test-net')).toEqual(later);
    expect(pinnedTrust('another')).toBeUndefined();
  });

  it('is not replaced by another genesis under the same name', async () => {
    served = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 2 });
    const first = await trustFrom({ url: '' });
    served = attestedLedger({ chainId: 'test-net', attester: nodeAttester, blocks: 2 });
    expect(await trustFrom({ url: '' })).toEqual(first);
    expect(pinnedTrust('test-net')).toEqual(first);
  });

  it('does not need room in the browser', async () => {
    vi.stubGlobal('localStorage', {
      getItem: () => null,
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
    });
    expect((await trustFrom({ url: '' })).chainId).toBe('test-net');
  });
});
