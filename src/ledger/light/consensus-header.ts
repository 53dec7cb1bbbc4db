/** The hash of a CometBFT block: the Merkle root over its header's fourteen fields, each in protobuf (CometBFT specification, "Data structures", Header). */
import { bytesField, embedded, integer, message, textField } from './protobuf.ts';
import type { BlockId, ConsensusHeader, Time } from './light-block.ts';
import { merkleRoot } from './merkle.ts';

/** Place of a field among the leaves. */
export const HEADER_FIELD = { validatorsHash: 7, nextValidatorsHash: 8, appHash: 10 } as const;
export const HEADER_FIELDS = 14;

export const timeMessage = ({ seconds, nanos }: Time): Uint8Array => message(integer(1, seconds), integer(2, nanos));

/** A single value is wrapped in a message with one field, as `google.protobuf.BytesValue` and its kin do; a default one is no bytes at all. */
export const hashLeaf = (hash: Uint8Array): Uint8Array => bytesField(1, hash);

/** Also `CanonicalBlockID`: the same fields under the same numbers. */
export const blockIdMessage = ({ hash, parts }: BlockId): Uint8Array =>
  message(bytesField(1, hash), embedded(2, message(integer(1, parts.total), bytesField(2, parts.hash))));

/** The fourteen leaves, in order. */
export const headerLeaves = (header: ConsensusHeader): readonly Uint8Array[] => [
  message(integer(1, header.version.block), integer(2, header.version.app)),
  textField(1, header.chainId),
  integer(1, header.height),
  timeMessage(header.time),
  blockIdMessage(header.lastBlockId),
  hashLeaf(header.lastCommitHash),
  hashLeaf(header.dataHash),
  hashLeaf(header.validatorsHash),
  hashLeaf(header.nextValidatorsHash),
  hashLeaf(header.consensusHash),
  hashLeaf(header.appHash),
  hashLeaf(header.lastResultsHash),
  hashLeaf(header.evidenceHash),
  hashLeaf(header.proposerAddress),
];

export const consensusHeaderHash = (header: ConsensusHeader): Uint8Array => merkleRoot(headerLeaves(header));
