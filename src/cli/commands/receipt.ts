/** `careledger receipt`: the receipt of a record version, or of all, to be checked anywhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import { codedError } from '../../base/errors.ts';
import { CommandError, type Command, type CommandContext } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { save, urlOption } from '../ledger-source.ts';
import { receiptAll } from './receipt-all.ts';
import { asksForLedger, ledgerReceipt } from './receipt-ledger.ts';
import { homeOption, nodeOf } from '../node-of.ts';
import { ask, problemOf } from '../sandbox-client.ts';

const REFERENCE = /^([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9.-]{1,64})(?:\/_history\/(\d+))?$/;
/** Longer than any sensible anchor interval. */
const WAIT_MS = 60_000;

async function fetchBytes(context: CommandContext, url: string, token: string): Promise<Uint8Array> {
  for (const end = performance.now() + WAIT_MS; ;) {
    const answer = await ask(url, { token, accept: '*/*', signal: context.signal });
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
    const problem = await problemOf(answer);
    if (problem.code !== 'records.not-anchored' || performance.now() > end) throw problem;
    await sleep(500, undefined, { signal: context.signal });
  }
}

export const command: Command = {
  summary:
    'Saves the receipt of a record version (waiting for its anchor), of a transaction, or of what the ledger says, or does not say, at a height.',
  usage:
    '<Type/id[/_history/version]> --org ID | --home DIR --out FILE [--content FILE] | --all --org ID --out FOLDER | --grant ID | --key KEY | --transaction HASH',
  options: {
    all: { type: 'boolean', help: 'every version of every record, each with its content, and the genesis' },
    org: { type: 'string', value: 'ID', help: 'organisation that keeps the record' },
    home: homeOption,
    out: { type: 'string', value: 'FILE', help: 'where to save the receipt (CBOR); with --all a folder' },
    content: { type: 'string', value: 'FILE', help: 'where to save the exact bytes it is about' },
    genesis: { type: 'string', value: 'FILE', help: 'where to save the genesis, for checking without the data directory' },
    grant: { type: 'string', value: 'ID', help: 'whether this grant is open: its value on the ledger, or that there is none' },
    key: { type: 'string', value: 'KEY', help: 'a key of the ledger’s state: its value, or that there is none' },
    height: { type: 'string', value: 'N', help: 'with --grant or --key: after this block (default: the newest)' },
    transaction: { type: 'string', value: 'HASH', help: 'a transaction, with all its operations' },
    operation: { type: 'string', value: 'N', help: 'with --transaction: only its Nth operation, counted from 1' },
    url: { ...urlOption, help: `with --grant, --key and --transaction: ${urlOption.help}` },
  },
  examples: [
    'receipt --all --org city-hospital --out receipts',
    'receipt Patient/123 --org city-hospital --out receipt.cbor',
    'receipt Patient/123 --home /srv/careledger --out receipt.cbor',
    'receipt --grant 3f…c2 --height 1200 --out not-open.cbor',
    'receipt Observation/9/_history/2 --org st-marys --out r.cbor --content o.json --genesis genesis.json',
  ],
  async run(context) {
    if (asksForLedger(context)) return ledgerReceipt(context);
    const out = context.text('out');
    if (context.flag('all')) {
      const alone = context.positionals.length === 0 && context.text('content') === undefined && context.text('genesis') === undefined;
      if (!alone || out === undefined)
        throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'With --all say only which organisation, and with --out the folder.' }));
      return receiptAll(context, out);
    }
    const [, type, id, version] = REFERENCE.exec(context.positionals[0] ?? '') ?? [];
    if (type === undefined || id === undefined || context.positionals.length !== 1)
      throw new CommandError(
        codedError(cliErrors, 'cli.usage', { message: 'Say which record, like Observation/123 or Observation/123/_history/2.' }),
      );
    if (out === undefined) throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Say where to save the receipt with --out.' }));
    const { id: org, url, token } = await nodeOf(context, 'system', 'careledger receipt');
    const number = version ?? (await newest(context, `${url}/fhir/${type}/${id}`, token));
    const base = `${url}/node/api/records/${type}/${id}/${number}`;
    const receipt = await fetchBytes(context, `${base}/receipt`, token);
    await save(out, receipt);
    const content = context.text('content');
    if (content !== undefined) await save(content, await fetchBytes(context, `${base}/content`, token));
    const genesis = context.text('genesis');
    if (genesis !== undefined) await save(genesis, await fetchBytes(context, `${url}/explorer/api/genesis`, token));
    context.say(`${out}: receipt of ${type}/${id} version ${number}, ${receipt.length} bytes`);
    context.result({ record: `${type}/${id}/_history/${number}`, organisation: org, file: out, bytes: receipt.length });
    return true;
  },
};

async function newest(context: CommandContext, url: string, token: string): Promise<string> {
  const answer = await ask(url, { token, accept: 'application/fhir+json', signal: context.signal });
  await answer.arrayBuffer();
  const version = /"(\d+)"/.exec(answer.headers.get('etag') ?? '')?.[1];
  if (version !== undefined) return version;
  throw new CommandError(
    codedError(cliErrors, 'cli.server-answer', {
      message: `There is no such record: ${url} answered ${answer.status}.`,
      hint: 'Check type, id and organisation.',
    }),
  );
}
