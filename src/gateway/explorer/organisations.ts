import { fromHex, toHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail } from '../../base/result.ts';
import type { GrantDetail, MemberDetail, MemberSummary } from '../../contract/explorer.ts';
import { anchorStateKey, decodeAnchor } from '../../ledger/anchors/state.ts';
import { decodeGrant, grantStateKey } from '../../ledger/grants/state.ts';
import { decodeMemberHistory, memberHistoryStateKey } from '../../ledger/membership/history.ts';
import type { Member } from '../../ledger/membership/state.ts';
import { gatewayErrors } from '../errors.ts';
import type { Handler, JsonScope } from '../json-scope.ts';
import { param } from '../parameters.ts';
import { open } from './blocks.ts';
import type { ExplorerDependencies } from './dependencies.ts';

const MAX_ANCHORS = 100;
const iso = (time: number): string => new Date(time).toISOString();
const missing = () => fail(codedError(gatewayErrors, 'gateway.not-found'));

export function organisationRoutes(scope: JsonScope, { ledger, directory, index }: ExplorerDependencies): void {
  const summary = async (member: Member): Promise<MemberSummary> => {
    const bytes = await ledger.get(anchorStateKey(member.org));
    const anchor = bytes && decodeAnchor(bytes);
    return {
      id: member.org,
      name: member.name,
      kind: member.kind,
      status: member.status,
      admittedAt: member.admittedHeight,
      signingKey: toHex(member.signingKey),
      lastAnchor: anchor?.ok
        ? { height: anchor.value.height, time: iso(anchor.value.time), number: anchor.value.number, commitment: toHex(anchor.value.commitment) }
        : null,
    };
  };

  const organisations: Handler = async () => open({ organisations: await Promise.all((await directory.members()).map(summary)) });

  const organisation: Handler = async (request) => {
    const member = await directory.member(param(request, 'id'));
    if (!member) return missing();
    const anchors = index.anchorsOf(member.org).slice(0, MAX_ANCHORS);
    const detail: MemberDetail = {
      ...(await summary(member)),
      history: decodeMemberHistory(await ledger.get(memberHistoryStateKey(member.org)))
        .map(({ event, height, time, signingKey }) => ({ event, height, time: iso(time), signingKey: toHex(signingKey) }))
        .toReversed(),
      hpkeKey: toHex(member.hpkeKey),
      tlsKey: toHex(member.tlsKey),
      anchors: anchors.map(({ time, ...anchor }) => ({ ...anchor, time: iso(time) })),
    };
    return open(detail);
  };

  const grant: Handler = async (request) => {
    const id = param(request, 'id');
    const bytes = /^[0-9a-f]{64}$/.test(id) ? await ledger.get(grantStateKey(fromHex(id))) : undefined;
    const decoded = bytes && decodeGrant(bytes);
    if (!decoded?.ok) return missing();
    const { commitment, controlKey, expiryDay, openedHeight, openedTime, closedHeight, closedTime } = decoded.value;
    const detail: GrantDetail = {
      id,
      commitment: toHex(commitment),
      controlKey: toHex(controlKey),
      expiryDay,
      opened: { height: openedHeight, time: iso(openedTime) },
      closed: closedHeight === 0 ? null : { height: closedHeight, time: iso(closedTime) },
    };
    return open(detail);
  };

  scope.route('GET', '/explorer/api/organisations', organisations);
  scope.route('GET', '/explorer/api/organisations/:id', organisation);
  scope.route('GET', '/explorer/api/grants/:id', grant);
}
