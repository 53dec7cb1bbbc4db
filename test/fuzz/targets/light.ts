/** Light blocks as an engine's interface gives them: JSON of anybody's making. */
import { readFileSync } from 'node:fs';
import { toHex, utf8 } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { consensusHeaderHash } from '../../../src/ledger/light/consensus-header.ts';
import { lightBlockOfJson, validatorsOfJson } from '../../../src/ledger/light/rpc-json.ts';
import { verifyLightBlock } from '../../../src/ledger/light/verify.ts';
import { Broken, type Target, type Verdict } from '../fuzz.ts';

interface Json {
  readonly signed_header: { readonly header: { readonly time: string } };
  readonly validators: unknown;
}

const recorded = JSON.parse(readFileSync(new URL('../../vectors/light/recorded.json', import.meta.url), 'utf8')) as readonly Json[];
const parse = ({ signed_header: header, validators }: Json) => lightBlockOfJson(header, validators);
const trusted = unwrap(parse(recorded[0]!));
const options = { now: Date.parse(recorded.at(-1)!.signed_header.header.time) + 60_000, trustingPeriodMs: 7 * 86_400_000 };
const known = new Set(recorded.map((json) => toHex(consensusHeaderHash(unwrap(parse(json)).header))));

const pieces = [
  'null',
  '-1',
  '1e400',
  '9007199254740993',
  '"9007199254740993"',
  '""',
  '[]',
  '{}',
  '"2026-02-30T25:61:61.9999999999Z"',
  '"AA=="',
  '\\u0000',
  '"__proto__"',
  'tendermint/PubKeySecp256k1',
].map(utf8);

function jsonOf(input: Uint8Array): Json | undefined {
  try {
    return JSON.parse(Buffer.from(input).toString('utf8')) as Json;
  } catch {
    return undefined;
  }
}

/** Read, or refused with a code; and trusted only when it is a block that the recorded network made. */
function follow(input: Uint8Array): Verdict {
  const json = jsonOf(input);
  if (typeof json !== 'object' || json === null) return 'refused';
  const block = parse(json);
  if (!block.ok) {
    if (block.error.code !== 'ledger.malformed') throw new Broken(`refused with ${block.error.code}`);
    return 'refused';
  }
  const { verdict, facts } = verifyLightBlock(trusted, block.value, options);
  if (verdict === 'held' && !known.has(toHex(facts.hash))) throw new Broken('a block is trusted that nobody signed');
  return 'accepted';
}

export const lightTargets: readonly Target[] = [
  { name: 'light block', seeds: recorded.map((json) => utf8(JSON.stringify(json))), format: 'bytes', pieces, share: 0.5, check: follow },
  {
    name: 'validators',
    seeds: recorded.map(({ validators }) => utf8(JSON.stringify(validators))),
    format: 'bytes',
    pieces,
    check: (input) => {
      const json = jsonOf(input);
      return json !== undefined && validatorsOfJson(json).ok ? 'accepted' : 'refused';
    },
  },
];
