/** The sandbox from first to last: data directory, databases, ledger, nodes, hub, people; runs until the signal, then stops in order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueToken } from '../access/tokens.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, unwrap, CodedException, type Result } from '../base/result.ts';
import { equalBytes } from '../base/bytes.ts';
import { hasLedger } from '../engine/disk/create-ledger.ts';
import { blockIndex } from '../gateway/explorer/block-index.ts';
import { explorerRoutes } from '../gateway/explorer/routes.ts';
import { witnessesView } from '../gateway/explorer/witnesses.ts';
import { logRoutes } from '../gateway/witness/routes.ts';
import { transactionRoutes } from '../gateway/ledger/transactions.ts';
import { memberDirectory } from '../network/directory.ts';
import { createHttpServer, listen, portIsFree } from '../node/http-server.ts';
import { startNode, type RunningNode } from '../node/node.ts';
import { serveStaticFiles } from '../node/static-files.ts';
import { openRootKeyFile } from '../vault/root-key.ts';
import type { Checkpoints } from '../witness/checkpoints.ts';
import { checkBlocks } from './check-ledger.ts';
import { sandboxLogKeys, startSandboxCheckpoints, witnessDirectory } from './checkpoints.ts';
import { holdDataDirectory } from './data-directory.ts';
import { openDatabases } from './databases.ts';
import { sandboxErrors } from './errors.ts';
import { hubRoutes, type HubNode } from './hub.ts';
import { makeFirstShare } from './first-share.ts';
import { openKeys, rootKeyFile } from './keys.ts';
import { ledgerDirectory, openSandboxLedger } from './ledger.ts';
import type { Member } from './ledger-parts.ts';
import type { SandboxOptions } from './options.ts';
import { performAttack } from './perform-attack.ts';
import { portsAt, sandboxOrganisations } from './organisations.ts';
import { sandboxPersonas } from './personas.ts';
import { sandboxPopulation } from './population.ts';
import { removeRuntimeFile, writeRuntimeFile } from './runtime-file.ts';
import { seed } from './seed.ts';

const root = join(import.meta.dirname, '../..');
/** One node after the other: each check reads everything it has. */
const FIRST_CHECK_AFTER_MS = 5_000;
const WEB_DIRECTORY = join(root, 'dist/web');
const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

/** What was opened, to be closed in reverse order whatever happens. */
class Closers {
  readonly #list: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#list.push(close);
  }

  async closeAll(): Promise<void> {
    for (const close of this.#list.reverse()) {
      try {
        await close();
      } catch (cause) {
        process.stderr.write(`while stopping: ${(cause as Error).stack ?? String(cause)}\n`);
      }
    }
  }
}

/** Resolves when the sandbox has stopped; with the error when it could not start. `ready` is called once, with the hub's URL. */
export async function runSandbox(
  options: SandboxOptions,
  signal: AbortSignal,
  note: (line: string) => void,
  ready: (url: string) => void,
): Promise<Result<void>> {
  const closers = new Closers();
  try {
    const url = await start(options, signal, note, closers);
    if (!signal.aborted) {
      ready(url);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    return ok(undefined);
  } catch (cause) {
    if (signal.aborted) return ok(undefined);
    if (!(cause instanceof CodedException)) throw cause;
    return fail(cause);
  } finally {
    await closers.closeAll();
  }
}

async function start(options: SandboxOptions, signal: AbortSignal, note: (line: string) => void, closers: Closers): Promise<string> {
  const { host, port } = options;
  const held = unwrap(await holdDataDirectory(options.dataDirectory, options.engine));
  closers.add(() => held.release());
  const data = held.path;
  const origin = (at: number): string => `http://${host.includes(':') ? `[${host}]` : host}:${at}`;
  const hubUrl = origin(port);
  if (held.fresh) note(`A new network in ${data}`);

  const now = Date.now;
  const urls = sandboxOrganisations.map((_, at) => origin(portsAt(port, at).http));
  const tell = (who: string) => (cause: unknown) =>
    void process.stderr.write(`${new Date().toISOString()} ${who}: ${(cause as Error).stack ?? String(cause)}\n`);
  const hub = createHttpServer({ allowedOrigins: [], connectTo: urls, hosts: [host], onError: tell('hub') });

  // A port that is taken is told before anything is opened or made.
  const taken = ({ http, channel, consensus }: ReturnType<typeof portsAt>): readonly number[] =>
    held.engine === 'cometbft' ? [http, channel, consensus] : [http, channel];
  for (const one of [port, ...sandboxOrganisations.flatMap((_, at) => taken(portsAt(port, at)))]) unwrap(portNamed(await portIsFree(host, one)));

  const known = hasLedger(ledgerDirectory(data));
  if (!known && held.filled !== undefined)
    unwrap(fail(codedError(sandboxErrors, 'sandbox.data-damaged', { message: `The ledger in ${data} is missing.` })));
  const network = unwrap(await openKeys(data, 'network', !known));
  const members: Member[] = [];
  for (const organisation of sandboxOrganisations) members.push({ organisation, keys: unwrap(await openKeys(data, organisation.id, !known)) });
  // At first one after the other: where there is a ledger there are databases, or something is wrong.
  const opening = openDatabases(data, options.databaseUrl, !known);
  if (!known) await opening;
  const openingLedger = openSandboxLedger({
    dataDirectory: data,
    engine: held.engine,
    network,
    members,
    retain: options.retain,
    cometbft: options.cometbft,
    host,
    consensusPorts: members.map((_, at) => portsAt(port, at).consensus),
    note,
    onError: tell,
  });
  const [databases, openedLedger] = await Promise.all([opening, openingLedger]);
  if (databases.ok) closers.add(() => databases.value.close());
  if (openedLedger.ok) closers.add(() => openedLedger.value.close());
  unwrap(databases);
  const ledgers = unwrap(openedLedger);
  const ledger = ledgers.hub;
  await ledgers.ready(signal);
  // A key that is not the organisation's opens nothing that is stored, and nobody would accept what it signs.
  for (const { organisation, keys } of members) {
    const member = await memberDirectory(ledger).member(organisation.id);
    if (member && equalBytes(member.signingKey, keys.ledgerPublicKey)) continue;
    const message = `The root key ${rootKeyFile(data, organisation.id)} is not the one that ${organisation.name} has on the ledger.`;
    unwrap(fail(codedError(sandboxErrors, 'sandbox.data-damaged', { message })));
  }
  const stop = new AbortController();
  closers.add(async () => stop.abort());
  const blocks = blockIndex(ledger, stop.signal, tell('explorer'));

  const nodes: RunningNode[] = [];
  /** Made once the nodes listen: their witnesses are asked first. */
  const log: { checkpoints?: Checkpoints } = {};
  const logKeys = sandboxLogKeys(ledger.chainId, network.ledgerSeed);
  for (const [at, organisation] of sandboxOrganisations.entries()) {
    const ports = portsAt(port, at);
    const node = await startNode(
      {
        organisation,
        network: 'Careledger sandbox',
        host,
        port: ports.http,
        channelPort: ports.channel,
        url: urls[at]!,
        rootKey: unwrap(await openRootKeyFile(rootKeyFile(data, organisation.id))),
        database: unwrap(await unwrap(databases).open(organisation.id)),
        others: sandboxOrganisations.map(({ id }) => id).filter((id) => id !== organisation.id),
        addresses: (id) => {
          const position = sandboxOrganisations.findIndex((one) => one.id === id);
          return position < 0 ? undefined : { host, port: portsAt(port, position).channel };
        },
        anchorIntervalMs: options.anchorIntervalMs,
        witnessing: { directory: witnessDirectory(data, organisation.id), logKeys, checkpoints: () => log.checkpoints },
        webDirectory: WEB_DIRECTORY,
        allowedOrigins: [hubUrl],
        sandbox: true,
        engine: held.engine,
        version,
        checkLedger: () => checkBlocks(data, organisation.id),
        firstCheckAfterMs: FIRST_CHECK_AFTER_MS + at * FIRST_CHECK_AFTER_MS,
        onError: tell(organisation.name),
        now,
      },
      ledgers.of(organisation.id),
      blocks,
    );
    nodes.push(unwrap(portNamed(node)));
    closers.add(() => nodes[at]!.close());
  }

  const checkpoints = unwrap(
    await startSandboxCheckpoints({
      dataDirectory: data,
      ledger: ledger,
      seed: network.ledgerSeed,
      members,
      urls,
      witnessFile: options.witnessFile,
      intervalMs: options.anchorIntervalMs,
      now,
      onError: tell('checkpoints'),
      signal: stop.signal,
    }),
  );
  log.checkpoints = checkpoints;
  closers.add(() => checkpoints.close());

  const population = sandboxPopulation(options.people);
  const personas = sandboxPersonas(population);
  const hubNodes = nodes.map((node): HubNode => ({
    organisation: node.config.organisation,
    url: node.config.url,
    tokenKey: node.tokenKey,
    overview: async () => overviewOf(node),
  }));
  hubRoutes(hub, {
    version,
    engine: held.engine,
    url: () => hubUrl,
    ledger: ledger,
    nodes: hubNodes,
    personas,
    async attack(name, organisation) {
      const node = nodes.find(({ config }) => config.organisation.id === organisation)!;
      return performAttack(
        name,
        node,
        nodes.filter((other) => other !== node),
        data,
      );
    },
    now,
  });
  await explorerRoutes(hub, {
    ledger: ledger,
    directory: memberDirectory(ledger),
    index: blocks,
    witnesses: () => witnessesView({ ledger: ledger, checkpoints, witness: undefined, now }),
    signal: stop.signal,
    onError: tell('hub'),
  });
  await transactionRoutes(hub, ledger, tell('hub'));
  logRoutes(hub, ledger, () => log.checkpoints);
  await serveStaticFiles(hub, WEB_DIRECTORY);
  unwrap(portNamed(await listen(hub, host, port)));
  closers.add(() => hub.close());

  const filled = held.filled === options.people ? 0 : await fill(population, nodes, note, signal);
  await Promise.all(nodes.map((node) => node.begin()));
  if (held.filled !== options.people && !signal.aborted) await held.noteFilled(options.people);
  // A showpiece: that it failed is worth telling, not worth stopping for.
  if (filled > 0) await makeFirstShare(nodes, personas, signal).catch((cause: unknown) => signal.aborted || tell('first share')(cause));
  await writeRuntimeFile(data, {
    pid: process.pid,
    chainId: ledger.chainId,
    hub: hubUrl,
    organisations: hubNodes.map((node) => ({ ...node.organisation, url: node.url })),
  });
  closers.add(() => removeRuntimeFile(data));
  return hubUrl;
}

/** The sandbox takes many ports in a row: say how to choose others. */
function portNamed<T>(result: Result<T>): Result<T> {
  if (result.ok || result.error.code !== 'node.port-in-use') return result;
  return fail(
    codedError(sandboxErrors, 'sandbox.port-in-use', {
      message: result.error.message,
      ...(result.error.data === undefined ? {} : { data: result.error.data }),
    }),
  );
}

async function fill(
  population: ReturnType<typeof sandboxPopulation>,
  nodes: readonly RunningNode[],
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const targets = new Map<string, { url: string; token: string }>();
  for (const node of nodes) {
    const token = unwrap(await issueToken(node.tokenKey, { role: 'system', name: 'Sandbox: first filling' }, Date.now()));
    targets.set(node.config.organisation.id, { url: node.config.url, token });
  }
  if (population.patients.length === 0) return 0;
  note(`Filling it with ${population.patients.length} synthetic patients`);
  return unwrap(await seed(population, targets, note, signal));
}

async function overviewOf(node: RunningNode): Promise<Awaited<ReturnType<HubNode['overview']>>> {
  const counts = await node.records.reader.counts('own');
  let records = 0;
  for (const count of counts.values()) records += count;
  return {
    ...node.config.organisation,
    url: node.config.url,
    patients: counts.get('Patient') ?? 0,
    records,
    logSize: node.records.log.size(),
    lastAnchor: anchorOf(node),
    ...node.check.health(),
  };
}

function anchorOf(node: RunningNode): Awaited<ReturnType<HubNode['overview']>>['lastAnchor'] {
  const last = node.records.anchoring?.last();
  return last === undefined ? null : { height: last.height, number: last.number, time: new Date(last.time).toISOString() };
}
