/** A runbook for each alarm: what it means, what the node has done by itself, what to do (a step a line), how to see that it is over. */
import type { AlarmCode } from '../../../contract/operator.ts';

type Part = 'title' | 'means' | 'did' | 'do' | 'over';
export type RunbookWords = Readonly<Record<`${AlarmCode}.${Part}`, string>>;

export const runbooksEn = {
  'split-view.title': 'Somebody signed two histories',
  'split-view.means':
    'A key of this ledger’s log signed two checkpoints that cannot belong to one log. Whoever holds that key has shown different histories to different people. The proof is self-contained: anybody can check it without trusting this node.',
  'split-view.did':
    'Refused to cosign the second history, kept what it had seen first, and saved the proof in the folder split-views of its witness. It goes on serving the history that it has.',
  'split-view.do':
    'Fetch the proof (the alarm links to it; the file is in witness/split-views of the data directory) and check it elsewhere: npx careledger verify FILE.\nSend the proof to every member. It names the key, and the key is a member’s or the operator’s of the ledger.\nCompare with the other witnesses which history they have seen: /witness on their nodes.\nDo not delete or replace anything on any node: each copy is evidence.\nThe members decide what becomes of the holder of the key (replace the key, suspend the member) by a vote.',
  'split-view.over':
    'It does not pass by itself. After the members have decided and the key is replaced, archive the proof outside of the node and remove it from split-views; the alarm ends with the next start.',

  'history-disputed.title': 'The ledger is not the one that was seen before',
  'history-disputed.means':
    'A witness, or this node as one, has cosigned a state of the ledger that the blocks here do not have: they were exchanged, or the newest are missing. Everything may verify by itself and still be another history.',
  'history-disputed.did':
    'Signs no further checkpoint that contradicts an earlier one, cosigns nothing that contradicts what it has seen, and keeps asking the witnesses.',
  'history-disputed.do':
    'Stop writing if you can: what is written now is written onto a disputed history.\nRun npx careledger verify --all: it says from which block on the history differs and who saw what, and when.\nAsk how the ledger’s files came here: a backup that was restored, a disk that was exchanged, a node that was set up anew?\nIf a backup was restored, put the newer files back. On several validators: remove the ledger of this node alone and let it join again from the others.\nIf nobody restored anything, treat it as an attack: keep the disk as it is and tell the other members.',
  'history-disputed.over':
    'The alarm ends when every witness cosigns again; npx careledger verify --all then lists all of them with the newest block.',

  'member-diverges.title': 'A member has another block at the same height',
  'member-diverges.means':
    'A member offered a checkpoint, signed with its own key, whose block is not the one that this node has at that height. One of the two ledgers is wrong: a fault of software or disk, or a member that lies.',
  'member-diverges.did': 'Did not cosign, and noted which key had signed. Its own ledger is untouched.',
  'member-diverges.do':
    'Compare the block’s hash at that height on several nodes: in the explorer, under Blocks. The one that most have is the one that was agreed on.\nIf this node is the odd one out, run npx careledger verify --all here, then remove its ledger and let it join again.\nIf the named member is, tell its operator: its node needs the same.\nIf it happens again with sound disks and equal versions, keep both block files and report it: the state machine must not depend on the machine.',
  'member-diverges.over':
    'The member’s next checkpoint is cosigned: it appears under Witnesses with the newest block. The note of the contradiction goes with the next start.',

  'validator-misbehaved.title': 'A validator broke the rules of consensus',
  'validator-misbehaved.means':
    'The consensus engine has evidence, signed by the validator itself, that it voted for two blocks at one height or attacked a light client. Often that is one key that runs on two machines.',
  'validator-misbehaved.did':
    'Handed the evidence to the other validators; it stands in a block. The engine goes on as long as more than two thirds are honest.',
  'validator-misbehaved.do':
    'Ask the named organisation whether its key runs twice: a copied home folder, a machine that was thought dead.\nStop one of the two at once.\nIf nobody can explain it, the key may be stolen: propose to replace the validator’s key (npx careledger governance propose) and vote.',
  'validator-misbehaved.over': 'The evidence stays in the ledger. The alarm ends when the validator was removed or has another key.',

  'ledger-halted.title': 'No blocks are made',
  'ledger-halted.means':
    'Transactions wait and nothing is committed: too few validators can reach each other, or the engine of this node has stopped. Reads for treatment go on for a limited time and are marked; nothing else is released across organisations.',
  'ledger-halted.did': 'Keeps what waits, answers new transactions with why, and tries to connect and to start its engine again.',
  'ledger-halted.do':
    'Look at the validators below: more than two thirds of the power must sign. Who is missing?\nOn one machine: npx careledger network status --home DIR. Elsewhere ask the operators whose validators are missing.\nIf this node’s own engine has failed, the cause is in the alarm’s text; start the node again and look at its output.\nIf the disk is full, make room first (see disk-low).\nDo not start a second validator with the same key to help out: it would sign twice.',
  'ledger-halted.over': 'The height grows again, and the time of the newest commit is seconds ago.',

  'stored-data-damaged.title': 'What is stored is not what was written',
  'stored-data-damaged.means':
    'The verification compared every stored version with its entry in the log, the anchors and the blocks, and found something altered, missing or unreadable.',
  'stored-data-damaged.did': 'Serves nothing of what does not verify, and lists each finding under Incidents.',
  'stored-data-damaged.do':
    'Open Incidents: each finding says where it is, and whether it can be restored.\nPress “Restore what was damaged”, or run npx careledger heal: copies come from peers and count only when they lead to the leaf in the log.\nWhat cannot be restored from peers comes from a backup.\nFind the cause before you go on: a failing disk, or somebody with access to the database.',
  'stored-data-damaged.over': 'A new verification holds: npx careledger verify --all succeeds, and the desk says so.',

  'anchoring-stopped.title': 'This organisation no longer anchors',
  'anchoring-stopped.means':
    'New entries of this organisation’s log do not get onto the ledger: what is written now has no receipt yet. Either the ledger refuses the anchor, or the log is not the one that was anchored before.',
  'anchoring-stopped.did':
    'Goes on writing, keeps every entry, and tries again at each interval. Anchors nothing that contradicts an earlier anchor.',
  'anchoring-stopped.do':
    'If the ledger is halted as well, see to that first.\nIf the text says that the log was altered or is shorter, run npx careledger verify --all and restore the database from the newest backup or from peers.\nIf the organisation was suspended, its transactions are refused: talk with the other members.',
  'anchoring-stopped.over': 'The newest anchor is younger than a few intervals; entries that waited get their receipts with it.',

  'disk-low.title': 'The disk that holds the ledger is filling up',
  'disk-low.means':
    'Below a tenth, or below one gigabyte, free: attention. Below a quarter of a gigabyte: harm, because a full disk stops the ledger of this node.',
  'disk-low.did': 'Goes on. A block that cannot be written is not acknowledged; nothing that was acknowledged is lost.',
  'disk-low.do':
    'See what grows: the sizes by part are on this page and in careledger_disk_used_bytes.\nMake room: other programs’ data, old logs, old backups.\nPut the data directory onto a larger disk: stop the node, copy it whole, start it there.\nDo not delete files of the ledger by hand.',
  'disk-low.over': 'More than a tenth and more than one gigabyte are free again.',

  'consensus-slow.title': 'The validators need several rounds for a block',
  'consensus-slow.means':
    'Each round has another proposer. Several failed rounds in a row mean that proposers are away, slow, or cannot reach the others.',
  'consensus-slow.did': 'Goes on with the next round; each waits a little longer than the one before.',
  'consensus-slow.do':
    'Look at the validators: whose newest signature is old?\nLook at the peers: is the connection to one of them missing?\nCheck load and clock of the machines: a clock that is wrong by seconds slows every round.',
  'consensus-slow.over': 'The round is 0 or 1 again and blocks come at their usual interval.',

  'validator-missing.title': 'A validator does not sign',
  'validator-missing.means':
    'Of the newest commits at least half lack its signature. The network goes on as long as more than two thirds of the power sign; with each further one that is away the reserve shrinks.',
  'validator-missing.did': 'Goes on without it and counts what it misses.',
  'validator-missing.do':
    'Ask the organisation’s operator whether its node runs and is connected.\nOn one machine: npx careledger network status --home DIR, then npx careledger node start --home HOME.\nIf it stays away for long, propose to remove it as a validator: the reserve then counts for those who are there.',
  'validator-missing.over': 'It signs the newest commits again; the number of those that it missed goes down with each block.',

  'node-behind.title': 'This node is behind the others',
  'node-behind.means': 'It fetches blocks that the others have already. What it shows is right, but not the newest.',
  'node-behind.did': 'Fetches, checks and executes the missing blocks by itself.',
  'node-behind.do':
    'Wait: after a stop this is usual, and the height grows faster than the network’s.\nIf the height does not grow, look at peers and disk.\nIf very many blocks are missing, let the node join from a snapshot instead (docs/operations).',
  'node-behind.over': 'The consensus height is that of the peers, and “catching up” is gone.',

  'peers-lost.title': 'Too few other validators are connected',
  'peers-lost.means':
    'With fewer than two thirds of the others within reach this node can neither help to decide nor learn quickly what was decided.',
  'peers-lost.did': 'Keeps trying to connect to every address that it knows.',
  'peers-lost.do':
    'Check the network of this machine: can it reach the consensus ports of the peers in careledger.json of its home?\nCheck whether firewalls or certificates changed.\nAsk the other operators whether they see each other: if they do, it is this node; if not, the network is cut.',
  'peers-lost.over': 'The number of peers is that of the other validators.',

  'mempool-full.title': 'More transactions wait than can be ordered',
  'mempool-full.means': 'Above four fifths of what may wait. Beyond that new transactions are refused with engine.busy until some are ordered.',
  'mempool-full.did': 'Refuses what does not fit with a code that says to come again; nothing that was accepted is dropped.',
  'mempool-full.do':
    'Is the ledger halted or slow? Then see to that.\nOtherwise somebody sends more than usual: the explorer shows whose transactions fill the blocks.\nCollect several operations in one signed transaction instead of one each.',
  'mempool-full.over': 'Fewer than four fifths wait.',

  'engine-restarting.title': 'A process of this node keeps stopping',
  'engine-restarting.means': 'What this node runs for the ledger was started again three times or more since the node started.',
  'engine-restarting.did': 'Started it again each time, waiting longer between attempts, and replayed what was missing.',
  'engine-restarting.do':
    'Read the node’s output: the last lines before each stop say why.\nIs there enough memory and room on the disk?\nIf it stops at the same block each time, keep the home folder and report it; the node can join again from the others meanwhile.',
  'engine-restarting.over': 'It runs for an hour without a restart; the counter begins anew with the node’s next start.',

  'versions-differ.title': 'Nodes run different versions of the engine',
  'versions-differ.means':
    'A connected node runs another version of the consensus engine than this one. During an upgrade that is usual; for long it is a risk.',
  'versions-differ.did': 'Works together with every version that speaks the same protocol.',
  'versions-differ.do':
    'Agree with the others on the version, and bring the nodes to it one after the other, waiting each time until it signs again.',
  'versions-differ.over': 'All peers show the same version.',

  'witness-silent.title': 'A witness does not cosign',
  'witness-silent.means':
    'For more than five minutes a witness has not answered, has refused, or has answered with something else than its cosignature. It has not seen the newest of this history.',
  'witness-silent.did': 'Offers every new checkpoint again; a witness that comes back catches up with one request.',
  'witness-silent.do':
    'Does its address answer? curl URL/witness\nIf it refuses (403 or 404), it does not know this log’s key: give it logKey of /explorer/api/witnesses.\nIf its key was replaced, put the new verifier key into the list of witnesses, and start the node again.',
  'witness-silent.over': 'The witness stands with the newest block under Witnesses.',

  'unwitnessed.title': 'Nobody else has seen the newest history',
  'unwitnessed.means':
    'Without a witness nobody would notice if this history were exchanged for another one: everything would still verify. With one organisation, or one operator, this matters most.',
  'unwitnessed.did': 'Signs checkpoints and keeps them; they can be cosigned later.',
  'unwitnessed.do':
    'Ask somebody who does not depend on you (a partner, an auditor, another member) to run a witness: npx careledger witness start (docs/operations/witnesses.md).\nName it in the list of witnesses and start the node again.\nIf there are witnesses, see witness-silent.',
  'unwitnessed.over': 'At least one independent party has cosigned the newest checkpoint.',

  'member-silent.title': 'A member has not anchored for a while',
  'member-silent.means':
    'Every organisation anchors at each interval, also when it has written nothing. One that does not is down, cut off, suspended, or has stopped anchoring.',
  'member-silent.did': 'Nothing: it concerns the other organisation. Its earlier anchors stay valid.',
  'member-silent.do': 'Ask the operator of the named organisation. Shares with it wait meanwhile; copies are brought up to date when it is back.',
  'member-silent.over': 'Its newest anchor is seconds old again.',
} as const satisfies RunbookWords;
