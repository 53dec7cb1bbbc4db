/** One organisation's node: opens its records, joins the network, serves its interfaces; closes in reverse. */
import { ed25519Sign } from '#ed25519';
import { sandboxPolicy } from '../access/policy/sandbox.ts';
import { authenticator, tokenKey, type TokenKey } from '../access/tokens.ts';
import { ok, type Result } from '../base/result.ts';
import { extractTerms } from '../fhir/index/extract.ts';
import type { ResourceJson } from '../fhir/index/elements.ts';
import { openContent } from '../fhir/interactions/content.ts';
import { extractCopy, referencesOf } from '../gateway/copies.ts';
import type { BlockIndex } from '../gateway/explorer/block-index.ts';
import { subjectOf } from '../gateway/portal/subject.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { openRecords, type Records } from '../records/open.ts';
import { createSharing, type Sharing } from '../sharing/sharing.ts';
import { openChannel } from './channel.ts';
import type { NodeConfig } from './config.ts';
import { importMarks } from './import-marks.ts';
import { serveInterfaces } from './interfaces.ts';
import { openHttpSide } from './serve-http.ts';
import { selfCheck, type SelfCheck } from './self-check.ts';
import { openWitnessing, type Witnessing } from './witnessing.ts';

export interface RunningNode {
  readonly config: NodeConfig;
  readonly records: Records;
  readonly sharing: Sharing;
  readonly check: SelfCheck;
  readonly witnessing: Witnessing;
  readonly tokenKey: TokenKey;
  /** Base URL for programs on this machine. */
  readonly localUrl: string;
  /** Takes up what an earlier run left undone; call when all nodes of the network listen. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

/** What was opened, closed in reverse order. */
type Closers = (() => Promise<unknown> | void)[];

const closeAll = async (closers: Closers): Promise<void> => {
  while (closers.length > 0) await closers.pop()!();
};

/** `blocks`: one index per ledger, shared by all nodes of a process. */
export async function startNode(config: NodeConfig, ledger: LedgerClient, blocks: BlockIndex): Promise<Result<RunningNode>> {
  const closers: Closers = [];
  try {
    const started = await start(config, ledger, blocks, closers);
    if (!started.ok) await closeAll(closers);
    return started;
  } catch (cause) {
    await closeAll(closers);
    throw cause;
  }
}

async function start(config: NodeConfig, ledger: LedgerClient, blocks: BlockIndex, closers: Closers): Promise<Result<RunningNode>> {
  const { organisation, now, onError } = config;
  const opened = await openRecords({
    organisation: organisation.id,
    rootKey: config.rootKey,
    database: config.database,
    ledger,
    anchorIntervalMs: config.anchorIntervalMs,
  });
  if (!opened.ok) return opened;
  const records = opened.value;
  closers.push(() => records.close());
  const { keys, reader } = records;

  const channel = openChannel(config, ledger, keys);
  closers.push(() => channel.client.close());
  const witnessing = await openWitnessing(config.witnessing, ledger, keys, now);
  const stop = new AbortController();
  const marks = importMarks(records.writer, now);
  const key = await tokenKey(organisation.id, keys.tokenSeed);
  const sharing = createSharing({
    organisation: organisation.id,
    policy: sandboxPolicy,
    authenticate: authenticator(key),
    ledger,
    directory: channel.directory,
    channel: channel.client,
    reader,
    writer: marks.writer,
    log: records.log,
    hpke: keys.hpke,
    signer: { publicKey: keys.ledgerPublicKey, sign: (message) => ed25519Sign(keys.ledgerSeed, message) },
    controlSeed: (patient, grantId) => keys.derive('grant-control', `${patient}\u0000${grantId}`),
    extract: extractCopy,
    references: referencesOf,
    subject: subjectOf(reader),
    now,
    onError,
    signal: stop.signal,
  });
  const ownBases = [`${config.url}/fhir`];
  const check = selfCheck({
    records,
    ledger,
    restore: sharing.restore,
    ownBases,
    nameOf: async (id) => (await channel.directory.member(id))?.name ?? id,
    recompute: (_type, content) => extractTerms(openContent(content) as ResourceJson, { ownBases }),
    checkLedger: witnessing.withDisputes(config.checkLedger),
    firstCheckAfterMs: config.firstCheckAfterMs,
    now,
    onError,
    signal: stop.signal,
  });

  const side = await openHttpSide({
    front: config.front,
    url: config.url,
    allowedOrigins: config.allowedOrigins,
    connectTo: [],
    ...(config.sandbox ? { hosts: [config.host, new URL(config.url).hostname] } : {}),
    onError,
    now,
  });
  if (!side.ok) return side;
  const { server } = side.value;
  marks.addTo(server);
  await serveInterfaces(server, { config, ledger, blocks, directory: channel.directory, records, sharing, check, witnessing, signal: stop.signal });
  await config.addRoutes?.(server);
  const channelServer = await channel.listen(sharing.methods);
  if (!channelServer.ok) return channelServer;
  closers.push(() => channelServer.value.close());
  closers.push(() => side.value.close());
  closers.push(() => stop.abort());
  const listening = await side.value.listen(config.host, config.port);
  if (!listening.ok) return listening;
  const begin = async (): Promise<void> => {
    await sharing.start();
    check.begin();
  };
  return ok({ config, records, sharing, check, witnessing, tokenKey: key, localUrl: listening.value, begin, close: () => closeAll(closers) });
}
