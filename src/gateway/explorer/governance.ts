import { toHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail } from '../../base/result.ts';
import type { GovernanceAction, GovernancePolicy, GovernanceProposal, GovernanceView, NamedOrganisation } from '../../contract/explorer.ts';
import { approvalsNeeded, governanceNow, proposalNow, proposalsNow, type DecidedProposal } from '../../ledger/governance/history.ts';
import type { Action } from '../../ledger/governance/operations.ts';
import { versionAt } from '../../ledger/governance/protocol-version.ts';
import type { Policy } from '../../ledger/policy/policy.ts';
import { gatewayErrors } from '../errors.ts';
import type { Handler, JsonScope } from '../json-scope.ts';
import { param, wholeNumber } from '../parameters.ts';
import { open } from './blocks.ts';
import type { ExplorerDependencies } from './dependencies.ts';
import { namesNow } from './names.ts';
import type { Names } from './view.ts';
import { actionSentence } from './words.ts';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 25;
const iso = (time: number): string => new Date(time).toISOString();

export function governanceRoutes(scope: JsonScope, { ledger, directory, index }: ExplorerDependencies): void {
  const overview: Handler = async (request) => {
    const asked = request.query as Readonly<Record<string, unknown>>;
    const limit = Math.min(Math.max(wholeNumber(asked['limit']) ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
    const names = await namesNow(directory, index);
    const { height, policy, activeMembers, validators, protocol, proposals } = await governanceNow(ledger);
    const shown = await proposalsNow(ledger, wholeNumber(asked['before']), limit);
    return open({
      height,
      policy: policyView(policy),
      activeMembers,
      needed: approvalsNeeded(policy, activeMembers),
      validators: validators.map(({ org, key, power, since }) => ({ organisation: named(names, org), key: toHex(key), power, since })),
      protocol: {
        version: versionAt(protocol, height),
        next:
          protocol && protocol.height >= height && protocol.version !== protocol.before
            ? { version: protocol.version, after: protocol.height }
            : null,
      },
      total: proposals,
      proposals: shown.map((proposal) => proposalView(proposal, names)),
    } satisfies GovernanceView);
  };

  const one: Handler = async (request) => {
    const number = wholeNumber(param(request, 'number'));
    const found = number === undefined ? undefined : await proposalNow(ledger, number);
    if (!found) return fail(codedError(gatewayErrors, 'gateway.not-found'));
    return open(proposalView(found, await namesNow(directory, index)));
  };

  scope.route('GET', '/explorer/api/governance', overview);
  scope.route('GET', '/explorer/api/governance/:number', one);
}

const named = (names: Names, id: string): NamedOrganisation => ({ id, name: names.nameOf(id) });

const policyView = ({ votingPeriod, ...policy }: Policy): GovernancePolicy => ({ ...policy, votingPeriodMs: votingPeriod });

function proposalView(proposal: DecidedProposal, names: Names): GovernanceProposal {
  const { number, org, action, status, failure, height, time, until, closedHeight, closedTime, tally, votes } = proposal;
  return {
    number,
    proposer: named(names, org),
    sentence: actionSentence(action, names.nameOf),
    action: actionView(action, names),
    status,
    failure: failure === 'none' ? null : failure,
    opened: { height, time: iso(time) },
    until: iso(until),
    closed: closedHeight === 0 ? null : { height: closedHeight, time: iso(closedTime) },
    approvals: tally.approvals,
    rejections: tally.rejections,
    votes: votes.map((cast) => ({
      organisation: named(names, cast.org),
      vote: cast.vote,
      height: cast.height,
      time: iso(cast.time),
      counts: status !== 'open' || cast.active,
    })),
  };
}

function actionView(action: Action, names: Names): GovernanceAction {
  switch (action.op) {
    case 'membership.admit':
      return { op: action.op, organisation: { id: action.org, name: action.name }, kind: action.kind, signingKey: toHex(action.signingKey) };
    case 'membership.suspend':
    case 'membership.reinstate':
      return { op: action.op, organisation: named(names, action.org) };
    case 'membership.rotate-keys':
      return { op: action.op, organisation: named(names, action.org), signingKey: toHex(action.signingKey) };
    case 'validators.set':
      return { op: action.op, organisation: named(names, action.org), key: toHex(action.key), power: action.power };
    case 'governance.set-policy': {
      const { op, ...policy } = action;
      return { op, policy: policyView(policy) };
    }
    case 'governance.upgrade':
      return { ...action, hash: toHex(action.hash) };
  }
}
