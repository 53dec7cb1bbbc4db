/** Healing: a custodian gets a damaged version back from somebody with whom it was shared, provably the original. */
import { openReleased } from '../access/release.ts';
import { codedError } from '../base/errors.ts';
import { encodeCbor } from '../base/cbor.ts';
import { fail, ok, unwrap, type Result } from '../base/result.ts';
import type { Method } from '../network/server.ts';
import type { RecordKey } from '../records/model.ts';
import { hpkeOpen, hpkeSeal } from '../vault/hpke.ts';
import { sharingErrors } from './errors.ts';
import { decodeOriginal, decodeRestore, encodeOriginal, encodeRestore, methods } from './messages/messages.ts';
import type { Parts } from './parts.ts';
import { machineOf } from './peer-principal.ts';
import { decodeSealed, encodeSealed } from './messages/sealed.ts';
import { words } from './words.ts';

/** A version as the custodian wrote it; whoever repairs with it checks the commitment against the leaf first. */
export interface Original {
  readonly content: Uint8Array;
  /** The custodian's own blinder of the entry, 32 bytes. */
  readonly blinder: Uint8Array;
  /** The organisation that gave it back. */
  readonly from: string;
}

/** Asks everybody who may have a copy, one after another; undefined: nobody has. `sequence`: position in this organisation's log; the key may be unknown. */
export type Restore = (key: RecordKey | undefined, sequence: number) => Promise<Original | undefined>;

const context = (chainId: string, custodian: string, { type, id }: RecordKey, sequence: number): Uint8Array =>
  encodeCbor(['careledger/restore/1', chainId, custodian, type, id, sequence]);

export function restorer(parts: Parts): Restore {
  const { organisation, outgoing, channel, hpke, ledger } = parts;
  const who = { id: 'restore', kind: 'machine', name: words.machine, role: 'system' } as const;

  const askOne = async (peer: string, key: RecordKey, sequence: number): Promise<Result<Original>> => {
    const answered = await channel.call({
      to: peer,
      method: methods.restore,
      who,
      purpose: 'operations',
      body: encodeRestore({ type: key.type, id: key.id, sequence }),
    });
    if (!answered.ok) return answered;
    const sealed = decodeSealed(answered.value.body);
    if (!sealed) return fail(codedError(sharingErrors, 'sharing.malformed'));
    const plain = await hpkeOpen(hpke, context(ledger.chainId, organisation, key, sequence), new Uint8Array(0), sealed);
    if (!plain.ok) return plain;
    const original = decodeOriginal(plain.value);
    return original ? ok({ ...original, from: peer }) : fail(codedError(sharingErrors, 'sharing.malformed'));
  };

  return async (known, sequence) => {
    const key = known ?? { type: '', id: '' };
    const peers = new Set((await outgoing.all()).map(({ terms }) => terms.grantee));
    for (const peer of peers) {
      const original = await askOne(peer, key, sequence);
      if (original.ok) return original.value;
    }
    return undefined;
  };
}

/** At the grantee: a custodian may have back what is its own; logged like any release. */
export function restoreMethod(parts: Parts): Method {
  const { access, copies, directory, ledger, now } = parts;
  return async (call) => {
    const asked = decodeRestore(call.body);
    if (!asked) return fail(codedError(sharingErrors, 'sharing.malformed'));
    const member = await directory.activeMember(call.from);
    if (!member.ok) return member;
    const copy = await copies.original(call.from, asked.type === '' ? undefined : asked, asked.sequence);
    const { origin } = copy ?? {};
    if (!copy || !origin) return fail(codedError(sharingErrors, 'sharing.no-copy'));
    const principal = machineOf(call.from, now());
    const request = { action: 'read', types: [copy.type], custodian: call.from } as const;
    const decision = await access.decide(principal, request);
    const released = await access.release({
      principal,
      request,
      decision,
      through: 'network',
      touched: [{ patient: undefined, counts: { [copy.type]: 1 } }],
      what: words.healed,
      answer: async () => {
        const plain = encodeOriginal({ content: copy.content, blinder: origin.blinder });
        const sealed = unwrap(
          await hpkeSeal(member.value.hpkeKey, context(ledger.chainId, call.from, asked, asked.sequence), new Uint8Array(0), plain),
        );
        return encodeSealed(sealed);
      },
    });
    return released.ok ? ok(openReleased(released.value)) : released;
  };
}
