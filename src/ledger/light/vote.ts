/** What a validator signs when it commits to a block: `CanonicalVote` with its length in front (CometBFT specification, "Data structures", Vote). */
import { blockIdMessage, timeMessage } from './consensus-header.ts';
import { delimited, embedded, fixed64, integer, message, textField } from './protobuf.ts';
import type { BlockId, Time } from './light-block.ts';

const PRECOMMIT = 2;

export interface SignedVote {
  readonly chainId: string;
  readonly height: number;
  readonly round: number;
  /** Left out: a vote for no block. */
  readonly blockId?: BlockId;
  readonly time: Time;
}

export const voteSignBytes = ({ chainId, height, round, blockId, time }: SignedVote): Uint8Array =>
  delimited(
    message(
      integer(1, PRECOMMIT),
      fixed64(2, height),
      fixed64(3, round),
      blockId === undefined ? message() : embedded(4, blockIdMessage(blockId)),
      embedded(5, timeMessage(time)),
      textField(6, chainId),
    ),
  );
