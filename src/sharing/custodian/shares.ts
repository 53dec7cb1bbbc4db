/** What a patient does with shares: open, change (close and open anew, in one transaction), stop. */
import { randomBytes } from 'node:crypto';
import type { Principal } from '../../access/principal.ts';
import type { AccessRequest } from '../../access/request.ts';
import type { Released } from '../../access/release.ts';
import { codedError } from '../../base/errors.ts';
import { toHex } from '../../base/bytes.ts';
import { CodedException, fail, unwrap, type Result } from '../../base/result.ts';
import { shareCategories, type ShareRequest } from '../../contract/portal.ts';
import { eventDraft, type ConsentContent } from '../stored-events.ts';
import { sharingErrors } from '../errors.ts';
import type { Announcer } from './announce.ts';
import type { Parts } from '../parts.ts';
import type { Pusher } from './push.ts';
import { shareState, type StoredShare } from './share-book.ts';
import { dayNumber, type ShareTerms } from '../messages/share-terms.ts';
import { allSharesTerm, sharesTerm, shareTerm } from '../terms.ts';
import { words } from '../words.ts';

/** No share lasts longer than this; it can be prolonged. */
const MAX_DAYS = 3660;
const DAY = 86_400_000;

export interface Shares {
  open(principal: Principal, patient: string, wanted: ShareRequest): Promise<Result<Released<StoredShare>>>;
  change(principal: Principal, patient: string, grantId: string, wanted: ShareRequest): Promise<Result<Released<StoredShare>>>;
  /** Effective when it resolves: refused here from the moment of the call, everywhere once the ledger has it. */
  stop(principal: Principal, patient: string, grantId: string): Promise<Result<Released<StoredShare>>>;
  /** Brings stops that did not reach the ledger (a crash, a ledger that was down) there. */
  finishStops(): Promise<void>;
}

const invalid = (message: string) => fail(codedError(sharingErrors, 'sharing.invalid', { message }));

export function shares(parts: Parts, announce: Announcer, push: Pusher): Shares {
  const { organisation, access, directory, grants, outgoing, now } = parts;

  const termsOf = async (patient: string, wanted: ShareRequest, replaces: string): Promise<Result<ShareTerms>> => {
    const member = await directory.activeMember(wanted.organisationId);
    if (!member.ok || wanted.organisationId === organisation) return invalid('Choose another organisation of the network to share with.');
    const lastDay = dayNumber(wanted.until);
    if (lastDay === undefined) return invalid('The last day is a date such as 2027-03-03.');
    const today = Math.floor(now() / DAY);
    if (lastDay < today) return invalid('The last day is in the past.');
    if (lastDay > today + MAX_DAYS) return invalid('A share lasts ten years at most.');
    const categories = shareCategories.filter((category) => wanted.categories.includes(category));
    if (categories.length === 0 || categories.length !== new Set(wanted.categories).size)
      return invalid('Choose at least one kind of records to share.');
    if (wanted.purpose !== 'treatment' && wanted.purpose !== 'second-opinion') return invalid('The purpose is treatment or a second opinion.');
    return {
      ok: true,
      value: {
        v: 1,
        grantId: randomBytes(32).toString('hex'),
        custodian: organisation,
        grantee: wanted.organisationId,
        patient,
        purpose: wanted.purpose,
        categories: categories.includes('everything') ? ['everything'] : categories,
        includeSensitive: wanted.includeSensitive,
        since: now(),
        lastDay,
        requestId: wanted.requestId ?? '',
        replaces,
      },
    };
  };

  const opening = (terms: ShareTerms, blinder: Uint8Array) => {
    const content: ConsentContent = { v: 1, type: 'share-opened', terms, blinder: toHex(blinder) };
    return eventDraft('consent', now(), terms.patient, content, [allSharesTerm, sharesTerm(terms.patient), shareTerm(terms.grantId)]);
  };
  const stopping = (share: StoredShare) => {
    const { grantId, patient } = share.terms;
    const content: ConsentContent = { v: 1, type: 'share-stopped', grantId, patient, time: new Date(now()).toISOString() };
    return eventDraft('consent', now(), patient, content, [allSharesTerm, sharesTerm(patient), shareTerm(grantId)]);
  };
  /** The grant's id comes from a client: it must be the patient's own. */
  const find = async (patient: string, grantId: string): Promise<StoredShare | undefined> => {
    const share = await outgoing.find(grantId);
    return share?.terms.patient === patient ? share : undefined;
  };
  const found = async (patient: string, grantId: string): Promise<StoredShare> => {
    const share = await find(patient, grantId);
    if (!share) throw new CodedException(codedError(sharingErrors, 'sharing.unknown-share'));
    return share;
  };

  /** One decision, one unit (consent events and audit), then the ledger, then the answer. */
  const perform = async (
    principal: Principal,
    patient: string,
    what: string,
    change: { readonly close?: StoredShare; readonly open?: ShareTerms },
  ): Promise<Result<Released<StoredShare>>> => {
    const request: AccessRequest = { action: 'change-shares', types: [], custodian: organisation, patient };
    const decision = await access.decide(principal, request);
    const { close, open } = change;
    const blinder = new Uint8Array(randomBytes(32));
    return access.release({
      principal,
      request,
      decision,
      through: 'portal',
      touched: [{ patient, counts: {} }],
      what,
      unit: { versions: [], events: [...(close ? [stopping(close)] : []), ...(open ? [opening(open, blinder)] : [])], guards: [] },
      answer: async () => {
        if (close) push.unsubscribe(close.terms.grantId);
        unwrap(
          await grants.change({
            ...(close ? { close: { grantId: close.terms.grantId, patient } } : {}),
            ...(open ? { open: { terms: open, blinder } } : {}),
          }),
        );
        if (close) announce.closed(close);
        const share = await found(patient, (open ?? close!.terms).grantId);
        if (open) announce.opened(share);
        return share;
      },
    });
  };
  const nameOf = async (id: string): Promise<string> => (await directory.member(id))?.name ?? id;

  return {
    async open(principal, patient, wanted) {
      const terms = await termsOf(patient, wanted, '');
      return terms.ok ? perform(principal, patient, words.opened(await nameOf(terms.value.grantee)), { open: terms.value }) : terms;
    },
    async change(principal, patient, grantId, wanted) {
      const share = await find(patient, grantId);
      if (!share) return fail(codedError(sharingErrors, 'sharing.unknown-share'));
      if (shareState(share, now()) === 'stopped') return fail(codedError(sharingErrors, 'sharing.not-active'));
      const terms = await termsOf(
        patient,
        { ...wanted, organisationId: share.terms.grantee, requestId: wanted.requestId ?? share.terms.requestId },
        grantId,
      );
      return terms.ok ? perform(principal, patient, words.changed(await nameOf(share.terms.grantee)), { close: share, open: terms.value }) : terms;
    },
    async stop(principal, patient, grantId) {
      const share = await find(patient, grantId);
      if (!share) return fail(codedError(sharingErrors, 'sharing.unknown-share'));
      if (share.grant.closedHeight !== 0) return fail(codedError(sharingErrors, 'sharing.not-active'));
      return perform(principal, patient, words.stopped(await nameOf(share.terms.grantee)), { close: share });
    },
    async finishStops() {
      for (const { terms, grant, stopping: asked } of await outgoing.all()) {
        if (asked && grant.closedHeight === 0) await grants.change({ close: { grantId: terms.grantId, patient: terms.patient } });
      }
    },
  };
}
