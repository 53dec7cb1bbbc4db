/**
 * A scenario as a file, so that what replays it makes nothing itself: genesis, then blocks. Integers are big-endian, 4 bytes; times are 8.
 *
 *   file = length ‖ genesis ‖ (time ‖ count ‖ (length ‖ transaction)*)*
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { encodeGenesis } from '../../src/ledger/genesis/genesis.ts';
import type { Scenario, ScenarioBlock } from './scenario.ts';

/** Writes it and counts outcomes: how many were accepted, how many refused with which code. */
export function record(path: string, { genesis, blocks }: Scenario): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const file = openSync(path, 'w');
  const framed = (bytes: Uint8Array): Buffer => Buffer.concat([integer(bytes.length), bytes]);
  writeSync(file, framed(encodeGenesis(genesis)));
  for (const { time, transactions, outcomes } of blocks) {
    const head = Buffer.alloc(8);
    head.writeBigUInt64BE(BigInt(time));
    writeSync(file, Buffer.concat([head, integer(transactions.length), ...transactions.map(framed)]));
    for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  closeSync(file);
  return counts;
}

export function readRecording(path: string): { readonly genesis: Uint8Array; readonly blocks: Iterable<ScenarioBlock> } {
  const file = readFileSync(path);
  let at = 0;
  const integerAt = (): number => file.readUInt32BE((at += 4) - 4);
  const bytesAt = (): Uint8Array => {
    const length = integerAt();
    return Uint8Array.from(file.subarray(at, (at += length)));
  };
  const genesis = bytesAt();
  function* blocks() {
    while (at < file.length) {
      const time = Number(file.readBigUInt64BE((at += 8) - 8));
      yield { time, transactions: Array.from({ length: integerAt() }, bytesAt) };
    }
  }
  return { genesis, blocks: blocks() };
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
