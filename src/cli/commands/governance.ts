/** `careledger governance`: what the members decide together, read and done on the command line. */
import { toHex } from '../../base/bytes.ts';
import type { GovernanceProposal, GovernanceView } from '../../contract/explorer.ts';
import { organisationKinds } from '../../ledger/membership/operations.ts';
import type { Operation } from '../../ledger/operations.ts';
import { authorityPublicKey } from '../../network/certificates.ts';
import type { Command, CommandContext } from '../command.ts';
import { act, actingOrganisation, identity, ledgerUrl, newIdentity } from '../governance/acting.ts';
import { checkKind, number, parseAction, rotationFrom } from '../governance/parse-action.ts';
import { usage } from '../governance/usage.ts';
import { inFull, oneLine, overview } from '../governance/words.ts';
import { askJson } from '../sandbox-client.ts';

const LISTED = 50;

const governanceOf = (url: string, { signal }: CommandContext, before?: number): Promise<GovernanceView> =>
  askJson(`${url}/explorer/api/governance?limit=${LISTED}${before === undefined ? '' : `&before=${before}`}`, { signal });

const proposalOf = (url: string, at: number, { signal }: CommandContext): Promise<GovernanceProposal> =>
  askJson(`${url}/explorer/api/governance/${at}`, { signal });

async function list(context: CommandContext): Promise<boolean> {
  const before = context.text('before');
  const olderThan = before === undefined ? undefined : number(before, '--before');
  const view = await governanceOf(await ledgerUrl(context), context, olderThan);
  context.say(overview(view));
  for (const proposal of view.proposals) context.say(oneLine(proposal));
  if (view.total === 0) context.say('Nothing has been proposed yet.');
  const oldest = view.proposals.at(-1)?.number ?? 1;
  if (oldest > 1) context.say(`Older ones: npx careledger governance list --before ${oldest}`);
  context.result(view);
  return true;
}

async function show(context: CommandContext, [at]: readonly string[]): Promise<boolean> {
  const wanted = number(at, 'The number of a proposal');
  const proposal = await proposalOf(await ledgerUrl(context), wanted, context);
  inFull(proposal).forEach(context.say);
  context.result(proposal);
  return true;
}

async function propose(context: CommandContext, words: readonly string[]): Promise<boolean> {
  checkKind(words);
  const acting = await actingOrganisation(context);
  const action = await parseAction(words, { text: context.text, now: await governanceOf(acting.url, context) });
  const { height } = await act(acting, { op: 'governance.propose', action }, context.signal);
  const { proposals } = await governanceOf(acting.url, context);
  const made = proposals.find(({ opened, proposer }) => opened.height === height && proposer.id === acting.organisation)!;
  return told(context, made);
}

async function onProposal(context: CommandContext, at: string | undefined, operation: (proposal: number) => Operation): Promise<boolean> {
  const proposal = number(at, 'The number of a proposal');
  const acting = await actingOrganisation(context);
  await act(acting, operation(proposal), context.signal);
  return told(context, await proposalOf(acting.url, proposal, context));
}

function told(context: CommandContext, proposal: GovernanceProposal): boolean {
  inFull(proposal).forEach(context.say);
  if (proposal.status === 'open') context.say(`Others vote with: npx careledger governance vote ${proposal.number} approve …`);
  context.result(proposal);
  return true;
}

async function vote(context: CommandContext, [at, word]: readonly string[]): Promise<boolean> {
  if (word !== 'approve' && word !== 'reject') throw usage('Say approve or reject.');
  return onProposal(context, at, (proposal) => ({ op: 'governance.vote', proposal, vote: word }));
}

async function leave(context: CommandContext): Promise<boolean> {
  const acting = await actingOrganisation(context);
  if (!context.flag('yes'))
    throw usage(`${acting.organisation} would leave the network for good.`, 'Keep its history first ("careledger ledger export"), then add --yes.');
  const committed = await act(acting, { op: 'membership.leave', org: acting.organisation }, context.signal);
  context.say(`${acting.organisation} has left the network in block ${committed.height}. Its receipts stay valid.`);
  context.result(committed);
  return true;
}

/** Its own keys, replaced by itself: from then on the process in the old home can't sign any more. */
async function rotate(context: CommandContext, [file]: readonly string[]): Promise<boolean> {
  const operation = await rotationFrom(file);
  const acting = await actingOrganisation(context);
  const committed = await act(acting, operation, context.signal);
  context.say(`${operation.org} signs with its new keys after block ${committed.height}. Start it with them now.`);
  context.result(committed);
  return true;
}

/** What an organisation hands to those who propose its admission, new keys for it, or its validator. */
async function keys(context: CommandContext): Promise<boolean> {
  const { organisation, keys: own, validatorKey } = context.text('new') === undefined ? await identity(context) : await newIdentity(context);
  const publicKeys = {
    org: organisation.id,
    name: organisation.name,
    kind: organisation.kind,
    signingKey: toHex(own.ledgerPublicKey),
    hpkeKey: toHex(own.hpke.publicKey),
    tlsKey: toHex(authorityPublicKey(own.tlsSeed)),
    ...(validatorKey === undefined ? {} : { validatorKey: toHex(validatorKey) }),
  };
  context.say(JSON.stringify(publicKeys, null, 2));
  context.result(publicKeys);
  return true;
}

export const command: Command = {
  summary: 'Shows what the members decide together, and proposes and votes for an organisation with its key.',
  usage: '<list | show N | propose … | vote N approve|reject | withdraw N | leave | rotate-keys FILE | keys> [--org ID | --home DIR]',
  options: {
    org: { type: 'string', value: 'ID', help: 'organisation that acts' },
    home: { type: 'string', value: 'DIR', help: 'home of the organisation that acts, or directory of its network' },
    before: { type: 'string', value: 'N', help: `list: ${LISTED} proposals older than this one` },
    power: { type: 'string', value: 'N', help: 'propose validator: voting power; 0 ends the validator' },
    key: { type: 'string', value: 'HEX', help: 'propose validator: consensus key (default: the one it has)' },
    version: { type: 'string', value: 'N', help: 'propose upgrade: version of the protocol' },
    hash: { type: 'string', value: 'HEX', help: 'propose upgrade: SHA-256 of the release' },
    after: { type: 'string', value: 'HEIGHT', help: 'propose upgrade: last block under the version before' },
    new: { type: 'string', value: 'DIR', help: 'keys: makes a root key in this new directory, for --org, --name and --kind' },
    name: { type: 'string', value: 'NAME', help: 'keys --new: name of the organisation' },
    kind: { type: 'string', value: 'KIND', help: `keys --new: ${organisationKinds.join(', ')}` },
    yes: { type: 'boolean', help: 'leave: for good' },
  },
  examples: [
    'governance list',
    'governance propose suspend northside-clinic --org city-hospital',
    'governance propose admit new-hospital.json --org city-hospital',
    'governance propose rotate-keys new-keys.json --org city-hospital',
    'governance propose validator st-marys --power 10 --key HEX --org city-hospital',
    'governance propose policy numerator=2 denominator=3 --org city-hospital',
    'governance vote 1 approve --org st-marys',
    'governance vote 1 approve --home /srv/careledger/hospital-a',
    'governance show 1',
    'governance keys --new /srv/careledger/new-hospital --org new-hospital --name "New Hospital" --kind hospital',
  ],
  async run(context) {
    const [what, ...words] = context.positionals;
    switch (what) {
      case 'list':
        return list(context);
      case 'show':
        return show(context, words);
      case 'propose':
        return propose(context, words);
      case 'vote':
        return vote(context, words);
      case 'withdraw':
        return onProposal(context, words[0], (proposal) => ({ op: 'governance.withdraw', proposal }));
      case 'leave':
        return leave(context);
      case 'rotate-keys':
        return rotate(context, words);
      case 'keys':
        return keys(context);
      default:
        throw usage('Say what: list, show, propose, vote, withdraw, leave, rotate-keys or keys.');
    }
  },
};
