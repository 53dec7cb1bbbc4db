/** `careledger verify --all`: everything that is stored, read from the disk; no server is asked or believed. */
import { codedError } from '../../base/errors.ts';
import { unwrap } from '../../base/result.ts';
import type { VerificationReport } from '../../contract/network.ts';
import type { Trust } from '../../ledger/attestation/trust.ts';
import { existingKeys } from '../../sandbox/keys.ts';
import { isOnValidators } from '../../sandbox/ledger.ts';
import type { WitnessedReport } from '../../sandbox/check-witnessed.ts';
import { checkOffline, hasData, type OfflineReport } from '../../sandbox/offline.ts';
import { sandboxOptions } from '../../sandbox/options.ts';
import { portsAt, sandboxOrganisations } from '../../sandbox/organisations.ts';
import { readRuntimeFile, type RuntimeFile } from '../../sandbox/runtime-file.ts';
import { sandboxToken } from '../../sandbox/tokens.ts';
import { CommandError, type CommandContext } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { ask } from '../sandbox-client.ts';
import { trustOf } from '../trust.ts';

const SHOWN_FINDINGS = 20;

export async function verifyAll(context: CommandContext): Promise<boolean> {
  const { dataDirectory } = context;
  if (context.positionals.length > 0)
    throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Either --all or the name of a receipt, not both.' }));
  const there = await hasData(dataDirectory);
  if (!there.ok) throw new CommandError(codedError(cliErrors, 'cli.no-data', { message: there.error.message }));
  const only = context.text('org');
  const chosen = sandboxOrganisations.filter(({ id }) => only === undefined || id === only);
  if (chosen.length === 0)
    throw new CommandError(
      codedError(cliErrors, 'cli.usage', {
        message: `There is no organisation "${only}".`,
        hint: `Organisations: ${sandboxOrganisations.map(({ id }) => id).join(', ')}.`,
      }),
    );

  const runtime = await readRuntimeFile(dataDirectory);
  const claimed = await trustOf(context.text('trust'), dataDirectory);
  // Without a genesis from elsewhere the key comes from the key files, not from the ledger that is being checked.
  const isOwn = context.text('trust') === undefined || isOnValidators(dataDirectory);
  const nodeKey = isOwn ? unwrap(await existingKeys(dataDirectory, 'network')).ledgerPublicKey : nodeKeyOf(claimed);
  const trust = { chainId: claimed.chainId, nodeKey };
  const report = unwrap(
    await checkOffline({
      dataDirectory,
      databaseUrl: process.env['DATABASE_URL'] || undefined,
      organisations: chosen.map(({ id }) => ({ id, ownBases: [`${urlOf(runtime, id)}/fhir`] })),
      trust,
      witnessFile: context.text('witnesses'),
      signal: context.signal,
      progress: progressOf(context),
    }),
  );
  print(context, report);
  if (runtime) await tellNodes(context, runtime, report);
  const holds = report.ledger.holds && report.witnessed.holds && report.organisations.every((one) => one.holds);
  context.result({ holds, ledger: plainLedger(report), witnessed: report.witnessed, organisations: report.organisations });
  return holds;
}

/** The blocks on this disk are signed by one node: the trust has to name it. */
function nodeKeyOf(trust: Trust): Uint8Array {
  if ('nodeKey' in trust) return trust.nodeKey;
  throw new CommandError(codedError(cliErrors, 'cli.no-trust', { message: 'The genesis names validators, but this ledger is one node’s.' }));
}

/** Where the node serves, or would serve: absolute references to itself are local ones. */
function urlOf(runtime: RuntimeFile | undefined, id: string): string {
  const running = runtime?.organisations.find((one) => one.id === id)?.url;
  if (running !== undefined) return running;
  const options = unwrap(sandboxOptions({}, process.env));
  const at = sandboxOrganisations.findIndex((one) => one.id === id);
  return `http://${options.host}:${portsAt(options.port, at).http}`;
}

function progressOf(context: CommandContext): (organisation: string, done: number, size: number) => void {
  let last = performance.now();
  return (organisation, done, size) => {
    if (performance.now() - last < 2000) return;
    last = performance.now();
    context.note(`  ${organisation}: ${done} of ${size} entries`);
  };
}

const count = (report: VerificationReport, name: string): string => (report.checked[name] ?? 0).toLocaleString('en');

function print(context: CommandContext, { ledger, witnessed, organisations }: OfflineReport): void {
  const { say } = context;
  say(
    `${ledger.holds ? 'holds ' : 'FAILED'} ledger ${ledger.chainId ?? ''}: ${ledger.blocks} blocks executed again, ${ledger.transactions} transactions, ${ledger.indexEntries} entries of its index`,
  );
  for (const { message, height } of ledger.findings) say(`         ${height === undefined ? '' : `block ${height}: `}${message}`);
  printWitnessed(context, witnessed);
  for (const report of organisations) {
    const own = report.findings.filter(({ code }) => !code.startsWith('engine.'));
    const name = sandboxOrganisations.find(({ id }) => id === report.organisation)?.name ?? report.organisation;
    say(
      `${own.length === 0 ? 'holds ' : 'FAILED'} ${name}: ${count(report, 'entries')} entries (${count(report, 'versions')} record versions, ${count(report, 'events')} events), ${count(report, 'indexRows')} index rows, ${count(report, 'anchors')} anchors`,
    );
    for (const { what, where, record, code, healable } of own.slice(0, SHOWN_FINDINGS))
      say(`         ${what} ${record ?? where}${record === undefined ? '' : ` (${where})`} [${code}${healable ? ', can be healed' : ''}]`);
    if (own.length > SHOWN_FINDINGS) say(`         and ${own.length - SHOWN_FINDINGS} more (--json lists them)`);
    for (const note of report.unchecked.slice(0, 5)) say(`         not checked: ${note}`);
  }
}

function printWitnessed({ say }: CommandContext, { holds, seenBy, unseenBlocks, findings, unchecked }: WitnessedReport): void {
  const parties = seenBy.length === 1 ? '1 independent party has' : `${seenBy.length} independent parties have`;
  const after = unseenBlocks === undefined || unseenBlocks === 0 ? '' : `, ${unseenBlocks} newer blocks not yet`;
  say(`${holds ? 'holds ' : 'FAILED'} history: ${seenBy.length === 0 ? 'nobody else has' : parties} seen it${after}`);
  for (const { name, size, height, time } of seenBy) say(`         ${name} saw block ${height} (${size} entries) at ${time}`);
  for (const { message, code, proof } of findings.slice(0, SHOWN_FINDINGS)) {
    say(`         ${message} [${code}]`);
    if (proof !== undefined) say(`           ${proof}`);
  }
  if (findings.length > SHOWN_FINDINGS) say(`         and ${findings.length - SHOWN_FINDINGS} more (--json lists them)`);
  for (const remark of unchecked.slice(0, 5)) say(`         not checked: ${remark}`);
}

/** The portal of a running node shows the newest report, whoever made it. */
async function tellNodes(context: CommandContext, runtime: RuntimeFile, report: OfflineReport): Promise<void> {
  for (const one of report.organisations) {
    const node = runtime.organisations.find(({ id }) => id === one.organisation);
    if (!node) continue;
    try {
      const token = await sandboxToken(context.dataDirectory, node.id, { role: 'operator', name: 'careledger verify' });
      const answer = await ask(`${node.url}/node/api/verify`, { method: 'PUT', token, body: JSON.stringify(one), signal: AbortSignal.timeout(5000) });
      await answer.arrayBuffer();
    } catch {
      context.note(`  ${node.name} could not be told about it`);
    }
  }
}

const plainLedger = ({ ledger }: OfflineReport): Record<string, unknown> => {
  const { head, ...rest } = ledger;
  return {
    ...rest,
    head: head && {
      height: head.height,
      blockHash: Buffer.from(head.blockHash).toString('hex'),
      stateRoot: Buffer.from(head.stateRoot).toString('hex'),
    },
  };
};
