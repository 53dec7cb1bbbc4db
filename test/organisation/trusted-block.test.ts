/** From which block a node that joins goes out: only from one that follows from the genesis which it was given, whatever the members say that it asks. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { encodeTrustBundle } from '../../src/ledger/attestation/trust-bundle.ts';
import { encodeGenesis, type Genesis } from '../../src/ledger/genesis/genesis.ts';
import { consensusHeaderHash } from '../../src/ledger/light/consensus-header.ts';
import type { LightBlock } from '../../src/ledger/light/light-block.ts';
import { trustedBlock } from '../../src/organisation/trusted-block.ts';
import { consensusBlock, consensusStart, rpcJsonOf, signers, type ConsensusShape, type Signer } from '../support/consensus.ts';
import { genesis as plain } from '../support/ledger.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

const four = signers({ a: 10, b: 10, c: 10, d: 10 });
const others = signers({ e: 10, f: 10, g: 10, h: 10 });
const genesis: Genesis = {
  ...plain,
  engine: 'cometbft',
  proposer: new Uint8Array(0),
  validators: four.map(({ key, power }, at) => ({ org: `org-${at}`, key, power })),
};
const now = consensusStart + 3_600_000;

/** Blocks 1 to `length` of these validators, some of them made otherwise. */
const chain = (length: number, set: readonly Signer[], changes: Readonly<Record<number, Partial<ConsensusShape>>> = {}): readonly LightBlock[] =>
  Array.from({ length }, (_, i) => consensusBlock({ height: i + 1, signers: set, ...changes[i + 1] }));

/** A member that has these blocks, and answers as CometBFT's interface does. `raw`: or this, whatever is asked. */
async function member(blocks: readonly LightBlock[], raw?: string, bundle?: Uint8Array): Promise<string> {
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void response.writeHead(bundle ? 200 : 404).end(bundle);
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method, params } = JSON.parse(body) as { readonly method: 'commit' | 'validators'; readonly params: { readonly height?: string } };
      const height = params.height === undefined ? blocks.at(-1)?.header.height : Number(params.height);
      const block = blocks.find(({ header }) => header.height === height);
      const json = block && rpcJsonOf(block);
      const result = json && (method === 'commit' ? { signed_header: json.signed_header } : { validators: json.validators });
      response.end(raw ?? JSON.stringify({ jsonrpc: '2.0', id: 0, ...(result ? { result } : { error: { code: -32_603 } }) }));
    });
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (urls: readonly string[]) => trustedBlock(genesis, urls, now, new AbortController().signal);
const hashOf = ({ header }: LightBlock): string => toHex(consensusHeaderHash(header));

describe('the block that a joining node trusts', () => {
  test('is the newest that two members have, and both are named', async () => {
    const blocks = chain(9, four);
    const urls = [await member(blocks), await member(blocks.slice(0, 7))];
    expect(await ask(urls)).toEqual({ ok: true, value: { height: 7, hash: hashOf(blocks[6]!), urls } });
    const young = chain(1, four);
    expect(await ask([await member(young), await member(young)])).toMatchObject({ ok: true, value: { height: 1, hash: hashOf(young[0]!) } });
  });

  test('is followed through a change of all validators, which those before have named', async () => {
    const blocks = [...chain(5, four, { 5: { next: others } }), ...chain(9, others).slice(5)];
    const urls = [await member(blocks), await member(blocks)];
    expect(await ask(urls)).toMatchObject({ ok: true, value: { height: 9, hash: hashOf(blocks[8]!) } });
  });

  const honest = chain(6, four);
  const liars: readonly (readonly [string, readonly LightBlock[], string | undefined, string])[] = [
    ['whose validators are others from the first block on', chain(6, others), undefined, 'its first validators are not those of the genesis'],
    [
      'whose chain has another name',
      chain(6, four, Object.fromEntries([1, 2, 3, 4, 5, 6].map((height) => [height, { chainId: 'other' }]))),
      undefined,
      'it has the chain other',
    ],
    ['whose first block two of four have signed', chain(6, four, { 1: { absent: [0, 1] } }), undefined, 'validators with a power of 20 of 40 signed'],
    [
      'whose first block has another header than was signed',
      [{ ...honest[0]!, header: { ...honest[0]!.header, appHash: new Uint8Array(32) } }, ...honest.slice(1)],
      undefined,
      'the commit is to another header',
    ],
    [
      'whose validators are others later, though nobody named them',
      [...chain(5, four), ...chain(6, others).slice(5)],
      undefined,
      'The trusted block names other validators',
    ],
    ['whose newest block too few have signed', chain(6, four, { 6: { absent: [0, 1] } }), undefined, 'a power of 20 of 40 signed'],
    ['that keeps the first block no more', honest.slice(2), undefined, 'keeps the first block no more, and gives no trust bundle'],
    ['that answers with something else', honest, '<html>', 'it does not answer'],
    ['that answers without end', honest, `{"result":"${'x'.repeat(3 << 20)}"}`, 'it does not answer'],
  ];
  test.each(liars)('is not had from a member %s', async (_, blocks, raw, why) => {
    const liar = await member(blocks, raw);
    const [one, two] = [await member(honest), await member(honest)];
    // One honest member is one too few, and beside two the liar has no say.
    const refused = await ask([one, liar]);
    expect(refused).toMatchObject({ ok: false, error: { code: 'organisation.no-trusted-block' } });
    expect(!refused.ok && refused.error.message).toContain(`${liar}: `);
    expect(!refused.ok && refused.error.message).toContain(why);
    expect(await ask([liar, one, two])).toEqual({ ok: true, value: { height: 6, hash: hashOf(honest[5]!), urls: [one, two] } });
  });

  const bundleOf = (of: Genesis): Uint8Array => encodeTrustBundle({ genesis: encodeGenesis(of), changes: [], previous: null });

  test('is had from members that have forgotten the first blocks, by their trust bundle', async () => {
    const urls = [await member(honest.slice(4), undefined, bundleOf(genesis)), await member(honest.slice(3), undefined, bundleOf(genesis))];
    expect(await ask(urls)).toEqual({ ok: true, value: { height: 6, hash: hashOf(honest[5]!), urls } });
  });

  const stranger: Genesis = { ...genesis, validators: others.map(({ key, power }, at) => ({ org: `org-${at}`, key, power })) };
  test.each([
    ['has a bundle of another genesis', chain(6, others).slice(2), bundleOf(stranger), 'its trust bundle: '],
    ['has blocks of others', chain(6, others).slice(2), bundleOf(genesis), 'not those that its trust bundle leads to'],
    ['has a newest block that too few have signed', chain(6, four, { 6: { absent: [0, 1] } }).slice(2), bundleOf(genesis), 'a power of 20 of 40'],
    ['has a chain of another name', [consensusBlock({ height: 6, signers: four, chainId: 'other' })], bundleOf(genesis), 'it has the chain other'],
  ])('is not had from one that has forgotten the first blocks and %s', async (_, blocks, bundle, why) => {
    const liar = await member(blocks, undefined, bundle);
    const refused = await ask([await member(honest), liar]);
    expect(!refused.ok && refused.error.message).toContain(why);
  });

  test('is not had where nobody is there', async () => {
    expect(await ask([])).toMatchObject({ ok: false, error: { code: 'organisation.no-trusted-block' } });
    const gone = await member(honest);
    servers.pop()!.close();
    expect(await ask([gone, gone])).toMatchObject({ ok: false, error: { code: 'organisation.no-trusted-block' } });
  });
});
