/** The part of the measurement that runs in a page. */
import { fromHex } from '../../src/base/bytes.ts';
import { knownSet, type Trust } from '../../src/ledger/attestation/trust.ts';
import { verifyEntryReceipt } from '../../src/ledger/verify/entry.ts';

export interface BrowserQuestion {
  readonly receipts: readonly { readonly receipt: string; readonly content: string }[];
  readonly chainId: string;
  readonly nodeKey?: string;
  readonly validators?: readonly { readonly key: string; readonly power: number }[];
}

(globalThis as unknown as { verifyAll: (question: BrowserQuestion) => number[] }).verifyAll = ({ receipts, chainId, nodeKey, validators = [] }) => {
  const trust: Trust = nodeKey
    ? { chainId, nodeKey: fromHex(nodeKey) }
    : {
        chainId,
        validators: [
          knownSet(
            1,
            validators.map(({ key, power }) => ({ key: fromHex(key), power })),
          ),
        ],
      };
  return receipts.map(({ receipt, content }) => {
    const [bytes, contentBytes] = [fromHex(receipt), fromHex(content)];
    const from = performance.now();
    const { verdict } = verifyEntryReceipt(bytes, { content: contentBytes, trust });
    if (verdict !== 'held') throw new Error('a receipt does not hold');
    return performance.now() - from;
  });
};
