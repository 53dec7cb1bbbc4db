/**
 * Makes `light-blocks.json` beside it: blocks that a real CometBFT network made (`recorded.json`, made by `record.ts`), lies derived from them, and lies that
 * were signed by fixed keys. Run it only when a rule is meant to change: `node test/vectors/light/generate.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { toHex } from '../../../src/base/bytes.ts';
import { followTo } from '../../../src/ledger/light/follow.ts';
import type { LightBlock } from '../../../src/ledger/light/light-block.ts';
import { lightBlockOfJson } from '../../../src/ledger/light/rpc-json.ts';
import { verifyLightBlock, type LightOptions } from '../../../src/ledger/light/verify.ts';
import { consensusBlock, consensusStart, rpcJsonOf, signers, type ConsensusShape } from '../../support/consensus.ts';

type Json = ReturnType<typeof rpcJsonOf>;

export interface LightVectors {
  /** By name, in the form of CometBFT's RPC: `signed_header` of `/commit`, `validators` of `/validators`. */
  readonly blocks: Readonly<Record<string, unknown>>;
  /** One step: may `next` be trusted, given that `trusted` is? */
  readonly steps: readonly StepVector[];
  /** From `trusted` to a height, with all blocks whose names begin with `from`. */
  readonly ways: readonly WayVector[];
}

interface Judged {
  readonly verdict: string;
  readonly failed: readonly string[];
  readonly unchecked: readonly string[];
  readonly hash: string;
}

export interface StepVector {
  readonly name: string;
  readonly about: string;
  readonly trusted: string;
  readonly next: string;
  readonly options: LightOptions;
  /** Null: the JSON is refused. */
  readonly expected: Judged | null;
}

export interface WayVector {
  readonly name: string;
  readonly from: string;
  readonly trusted: string;
  readonly height: number;
  readonly options: LightOptions;
  readonly expected: { readonly verdict: string; readonly trusted: number; readonly looked: readonly number[] };
}

const parsed = (json: unknown): LightBlock | undefined => {
  const { signed_header, validators } = json as { signed_header: unknown; validators: unknown };
  const block = lightBlockOfJson(signed_header, validators);
  return block.ok ? block.value : undefined;
};

export function judgeStep(blocks: LightVectors['blocks'], { trusted, next, options }: Omit<StepVector, 'expected'>): Judged | null {
  const block = parsed(blocks[next]);
  if (!block) return null;
  const { verdict, steps, facts } = verifyLightBlock(parsed(blocks[trusted])!, block, options);
  const names = (state: string): string[] => steps.filter((step) => step.state === state).map(({ name }) => name);
  return { verdict, failed: names('failed'), unchecked: names('unchecked'), hash: toHex(facts.hash) };
}

export async function judgeWay(blocks: LightVectors['blocks'], { from, trusted, height, options }: Omit<WayVector, 'expected'>): Promise<WayVector['expected']> {
  const given = Object.entries(blocks).flatMap(([name, json]) => (name.startsWith(from) ? [parsed(json)!] : []));
  const followed = await followTo(parsed(blocks[trusted])!, height, async (at) => given.find(({ header }) => header.height === at), options);
  return { verdict: followed.verdict, trusted: followed.trusted.header.height, looked: followed.reports.map(({ facts }) => facts.height) };
}

const day = 86_400_000;
const recorded = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as readonly Json[];
const recordedNow = Date.parse(recorded.at(-1)!.signed_header.header.time) + 60_000;
const real: LightOptions = { now: recordedNow, trustingPeriodMs: 7 * day };
const made: LightOptions = { now: consensusStart + 3_600_000, trustingPeriodMs: 7 * day };

/** JSON taken apart. */
// oxlint-disable-next-line typescript/no-explicit-any -- every place in it may get anything
type Loose = any;

const clone = <T>(value: T): T => structuredClone(value);
const altered = (height: number, change: (block: Loose) => void): Json => {
  const block = clone(recorded[height - 1]!);
  change(block);
  return block;
};
const flipHex = (text: string): string => `${text[0] === '0' ? '1' : '0'}${text.slice(1)}`;
const flipBase64 = (text: string): string => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;

const three = signers({ a: 10, b: 10, c: 10 });
const other = signers({ a: 10, d: 10, e: 10 });
const strangers = signers({ d: 10, e: 10, f: 10 });
const block = (shape: Partial<ConsensusShape> & { readonly height: number }): Json => rpcJsonOf(consensusBlock({ signers: three, ...shape }));

/** L added to S: the same signature to a verifier that does not look at its range. */
function malleated(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  let s = (bytes.subarray(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) + 2n ** 252n + 27742317777372353535851937790883648493n);
  for (let at = 32; at < 64; at++, s >>= 8n) bytes[at] = Number(s & 0xffn);
  return bytes.toString('base64');
}

/** A validator whose key is the neutral point: under ZIP-215 this signature is one of it over anything. */
function smallOrder(): Json {
  const neutral = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0));
  const set = [{ seed: three[0]!.seed, key: neutral, power: 10 }];
  const json = block({ height: 5, signers: set });
  json.signed_header.commit.signatures[0]!.signature = Buffer.from([...neutral, ...new Uint8Array(32)]).toString('base64');
  return json;
}

export async function generated(): Promise<LightVectors> {
  const blocks: Record<string, unknown> = Object.fromEntries(recorded.map((json) => [`real ${json.signed_header.header.height}`, json]));
  const steps: StepVector[] = [];
  const ways: WayVector[] = [];
  const step = (name: string, about: string, trusted: string, next: string | Json, options = real): void => {
    const named = typeof next === 'string' ? next : name;
    if (typeof next !== 'string') blocks[named] = next;
    const vector = { name, about, trusted, next: named, options };
    steps.push({ ...vector, expected: judgeStep(blocks, vector) });
  };

  step('next block', 'The block right after, same validators.', 'real 1', 'real 2');
  step('next block, other validators', 'The trusted block named them.', 'real 4', 'real 5');
  step('four validators', 'The fourth has joined.', 'real 7', 'real 8');
  step('one did not vote', 'Three of four validators signed.', 'real 8', 'real 9');
  step('one voted for no block', 'Three of four validators signed, the fourth voted nil.', 'real 9', 'real 10');
  step('skip', 'Same validators, two blocks on.', 'real 8', 'real 11');
  step('skip over changes', 'More than a third of the three trusted ones signed.', 'real 6', 'real 12');
  step('a validator less', 'The first one is gone.', 'real 13', 'real 14');
  step('clock a little behind', 'The block is newer than the clock, within the drift.', 'real 1', 'real 2', { ...real, now: Date.parse(recorded[1]!.signed_header.header.time) - 5_000 });

  step('too little overlap', 'None of the trusted validators is left.', 'real 1', 'real 14');
  step('expired', 'Seven days and a minute after the trusted block.', 'real 8', 'real 9', { ...real, now: recordedNow + 7 * day });
  step('from the future', 'Two hours before the block was made.', 'real 8', 'real 9', { ...real, now: recordedNow - 7_200_000 });
  step('the trusted block itself', 'Not after the trusted one.', 'real 8', 'real 8');
  step('an earlier block', 'Before the trusted one.', 'real 8', 'real 7');
  step('trust level below a third', 'No lie could be told from the truth.', 'real 8', 'real 11', { ...real, trustLevel: { numerator: 1, denominator: 4 } });
  step('trust level of one', 'All of the trusted validators would have to sign.', 'real 6', 'real 12', { ...real, trustLevel: { numerator: 1, denominator: 1 } });

  for (const [field, value] of Object.entries(recorded[10]!.signed_header.header)) {
    if (field === 'chain_id') continue;
    const tampered = altered(11, ({ signed_header: { header } }) => {
      if (field === 'version') header.version.block = '12';
      else if (field === 'time') header.time = (value as string).replace('Z', '1Z').replace(/(\d{9})1Z$/, (_, digits: string) => `${digits.slice(0, 8)}${digits.endsWith('1') ? 2 : 1}Z`);
      else if (field === 'height') header.height = '12';
      else if (field === 'last_block_id') header.last_block_id.hash = flipHex(header.last_block_id.hash);
      else header[field] = flipHex(value as string);
    });
    step(`tampered ${field}`, 'The header is not the one that was signed.', 'real 8', tampered);
  }
  step('tampered app hash and commit', 'The commit names the tampered header: nobody signed that.', 'real 8', resigned(altered(11, ({ signed_header: { header } }) => void (header.app_hash = flipHex(header.app_hash)))));
  step('another chain, unsigned', 'The chain id is changed, the hash made to fit.', 'real 8', resigned(altered(11, ({ signed_header: { header } }) => void (header.chain_id = 'light-vectorz'))));
  step('signature', 'One signature is wrong.', 'real 8', altered(11, ({ signed_header: { commit } }) => void (commit.signatures[0].signature = flipBase64(commit.signatures[0].signature))));
  step('signatures swapped', 'Two validators’ signatures are exchanged.', 'real 8', altered(11, ({ signed_header: { commit } }) => { const [a, b] = commit.signatures; [a.signature, b.signature] = [b.signature, a.signature]; }));
  step('malleated signature', 'S + L in place of S.', 'real 8', altered(11, ({ signed_header: { commit } }) => void (commit.signatures[0].signature = malleated(commit.signatures[0].signature))));
  step('time of a vote', 'A vote says another time than the one that was signed.', 'real 8', altered(11, ({ signed_header: { commit } }) => void (commit.signatures[1].timestamp = '2026-11-23T03:52:52.000000001Z')));
  step('round', 'The commit is said to be of another round.', 'real 8', altered(11, ({ signed_header: { commit } }) => void (commit.round = 1)));
  step('part set', 'The commit is to other parts.', 'real 8', altered(11, ({ signed_header: { commit } }) => void (commit.block_id.parts.hash = flipHex(commit.block_id.parts.hash))));
  step('commit of another block', 'Header and commit do not belong together.', 'real 8', altered(11, ({ signed_header }) => void (signed_header.commit = clone(recorded[11]!.signed_header.commit))));
  step('too little power', 'Two of four votes were left out.', 'real 8', altered(11, ({ signed_header: { commit } }) => { for (const place of [0, 1]) commit.signatures[place] = { ...clone(recorded[8]!.signed_header.commit.signatures[0]) }; }));
  step('one voter thrice', 'A vote stands in the places of others too.', 'real 8', altered(11, ({ signed_header: { commit } }) => { commit.signatures[2] = clone(commit.signatures[0]); commit.signatures[1] = clone(commit.signatures[0]); }));
  step('nil votes counted as votes', 'A vote for no block is said to be for this one.', 'real 9', altered(10, ({ signed_header: { commit } }) => void (commit.signatures[0].block_id_flag = 2)));
  step('a vote too few', 'The list of votes is shorter than the list of validators.', 'real 8', altered(11, ({ signed_header: { commit } }) => void commit.signatures.pop()));
  step('validators of another height', 'The list of validators is not the header’s.', 'real 8', altered(11, (json) => void (json.validators = clone(recorded[5]!.validators))));
  step('validators in another order', 'The order is part of the hash.', 'real 8', altered(11, (json) => void json.validators.reverse()));
  step('more power', 'A validator is given more power.', 'real 8', altered(11, (json) => void (json.validators[0].voting_power = '1000')));

  const a = block({ height: 5 });
  blocks['made 5'] = a;
  blocks['made 6'] = block({ height: 6, next: other });
  blocks['made 7'] = block({ height: 7, signers: other, next: strangers });
  blocks['made 8'] = block({ height: 8, signers: strangers });
  blocks['made 9'] = block({ height: 9, signers: strangers });
  step('made by fixed keys', 'Everything holds.', 'made 5', 'made 6', made);
  step('a third is not more than a third', 'One of three trusted validators signed.', 'made 5', 'made 7', made);
  step('two thirds are not more than two thirds', 'Two of three validators signed.', 'made 5', block({ height: 6, absent: [1] }), made);
  step('other validators than named', 'The trusted block names other next validators.', 'made 5', block({ height: 6, signers: other }), made);
  step('another chain', 'Everything is right, but it is another chain.', 'made 5', block({ height: 6, chainId: 'test-ledgers' }), made);
  step('not after in time', 'The block claims the time of the trusted one.', 'made 5', block({ height: 6, time: consensusStart + 5000 }), made);
  step('nobody voted', 'All votes are missing.', 'made 5', block({ height: 6, absent: [0, 1, 2] }), made);
  step('twice in the set', 'A validator is in its own set twice.', 'made 5', block({ height: 8, signers: [three[0]!, three[0]!, three[1]!] }), made);
  blocks['small order 4'] = block({ height: 4, next: [{ ...three[0]!, key: Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0)) }] });
  step('key of small order', 'ZIP-215, and so CometBFT, takes this signature; our rule does not.', 'small order 4', smallOrder(), made);

  const badJson: readonly (readonly [string, (json: Loose) => void])[] = [
    ['height as a number with a fraction', (json) => void (json.signed_header.header.height = '5.5')],
    ['negative power', (json) => void (json.validators[0].voting_power = '-10')],
    ['power beyond 2^53', (json) => void (json.validators[0].voting_power = '9007199254740993')],
    ['a key of another kind', (json) => void (json.validators[0].pub_key.type = 'tendermint/PubKeySecp256k1')],
    ['a short key', (json) => void (json.validators[0].pub_key.value = 'AAAA')],
    ['a day that does not exist', (json) => void (json.signed_header.header.time = '2026-02-30T00:00:00Z')],
    ['an unknown flag', (json) => void (json.signed_header.commit.signatures[0].block_id_flag = 4)],
    ['no commit', (json) => void delete json.signed_header.commit],
    ['a hash of 31 bytes', (json) => void (json.signed_header.header.data_hash = '00'.repeat(31))],
  ];
  for (const [name, change] of badJson) {
    const json = clone(a);
    change(json);
    step(name, 'Not the JSON of a light block.', 'made 5', json, made);
  }

  const way = async (name: string, from: string, trusted: string, height: number, options: LightOptions): Promise<void> => {
    const vector = { name, from, trusted, height, options };
    ways.push({ ...vector, expected: await judgeWay(blocks, vector) });
  };
  await way('one skip', 'real', 'real 8', 13, real);
  await way('past all changes', 'real', 'real 1', 14, real);
  await way('all of level one', 'real', 'real 1', 14, { ...real, trustLevel: { numerator: 1, denominator: 1 } });
  await way('one step at a time', 'made', 'made 5', 9, made);
  await way('a block that is not there', 'real', 'real 8', 15, real);
  await way('expired', 'real', 'real 1', 14, { ...real, now: recordedNow + 8 * day });
  return { blocks, steps, ways };
}

/** The commit is made to name the header as it is. */
function resigned(json: Json): Json {
  const judged = parsed(json)!;
  const { facts } = verifyLightBlock(judged, judged, real);
  json.signed_header.commit.block_id.hash = toHex(facts.hash).toUpperCase();
  return json;
}

/** A line for each block, step and way. */
const lines = (vectors: LightVectors): string => {
  const rows = (list: readonly unknown[]): string => `[\n${list.map((row) => JSON.stringify(row)).join(',\n')}\n]`;
  const blocks = Object.entries(vectors.blocks).map(([name, json]) => `${JSON.stringify(name)}:${JSON.stringify(json)}`);
  return `{"blocks":{\n${blocks.join(',\n')}\n},\n"steps":${rows(vectors.steps)},\n"ways":${rows(vectors.ways)}}\n`;
};

if (import.meta.main) writeFileSync(new URL('light-blocks.json', import.meta.url), lines(await generated()));
