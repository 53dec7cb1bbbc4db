/** `careledger verify EXPORT`: an exported ledger, executed again from its first byte; nothing is believed but the genesis. */
import { open } from 'node:fs/promises';
import { equalBytes, toHex } from '../../base/bytes.ts';
import { FILE_MARK, isEarlierMark } from '../../engine/disk/blocks/frame.ts';
import { verifyBlocks, type VerifyBlocksOptions } from '../../engine/disk/verify-blocks.ts';
import type { CommandContext } from '../command.ts';
import { believed, type Believed } from '../trust.ts';

/** Also of an earlier pre-release: its verification says what it is. */
export async function isLedgerExport(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return false;
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(FILE_MARK.length), 0, FILE_MARK.length, 0);
    return bytesRead === FILE_MARK.length && (equalBytes(buffer, FILE_MARK) || isEarlierMark(buffer));
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

export async function verifyExport(context: CommandContext, file: string): Promise<boolean> {
  const trustFile = context.text('trust');
  const known = trustFile === undefined ? undefined : await believed(trustFile, context.dataDirectory);
  const report = await verifyBlocks({
    directory: file,
    ...(known === undefined ? {} : { trust: expected(known) }),
  });
  const { holds, chainId, blocks, pruned, transactions, attestations, head, findings, unchecked } = report;
  const executed = blocks - pruned;
  context.say(
    `${holds ? 'holds ' : 'FAILED'} ledger ${chainId ?? ''}: ${executed} blocks executed again${pruned === 0 ? '' : `, ${pruned} without their transactions checked by their hashes`}, ${transactions} transactions, ${attestations} attestations`,
  );
  if (head) context.say(`         head: block ${head.height}, ${toHex(head.blockHash)}`);
  for (const { message, height } of findings) context.say(`         ${height === undefined ? '' : `block ${height}: `}${message}`);
  for (const note of unchecked) context.say(`         not checked: ${note}`);
  if (!known) context.say('         not checked: whether this is the ledger that you mean (--trust FILE)');
  context.result({
    holds,
    kind: 'ledger-export',
    chainId,
    executedBlocks: executed,
    prunedBlocks: pruned,
    transactions,
    attestations,
    head: head && { height: head.height, blockHash: toHex(head.blockHash), stateRoot: toHex(head.stateRoot) },
    trusted: known !== undefined,
    findings,
    unchecked,
  });
  return holds;
}

/** What the genesis of the file has to agree with: its hash where that is known, else its chain and who attested its first blocks. */
function expected({ trust, genesisHash }: Believed): NonNullable<VerifyBlocksOptions['trust']> {
  const { chainId } = trust;
  if (genesisHash) return { chainId, genesisHash };
  return 'nodeKey' in trust ? { chainId, proposer: trust.nodeKey } : { chainId, validators: trust.validators[0]!.hash };
}
