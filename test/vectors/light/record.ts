/**
 * Records light blocks of a real CometBFT network (its own kvstore, four processes on this machine) into `recorded.json`: one validator, then
 * four, then one of them stopped, then the first one gone. Run once, by hand: `node record.ts <cometbft> <empty folder>`.
 */
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [binary, folder] = process.argv.slice(2) as [string, string];
const PORT = 29_100;
const NODES = [0, 1, 2, 3] as const;
const home = (node: number): string => path.join(folder, `node${node}`);
const config = (node: number, name: string): string => path.join(home(node), 'config', name);
/** JSON taken apart. */
// oxlint-disable-next-line typescript/no-explicit-any -- the answers of CometBFT, read once by hand
type Loose = any;

const json = (file: string): Loose => JSON.parse(readFileSync(file, 'utf8'));

execFileSync(binary, ['testnet', '--v', '4', '--o', folder]);
const ids = NODES.map((node) => execFileSync(binary, ['show-node-id', '--home', home(node)], { encoding: 'utf8' }).trim());
const keys = NODES.map((node) => json(config(node, 'priv_validator_key.json')).pub_key as { type: string; value: string });
for (const node of NODES) {
  const genesis = json(config(node, 'genesis.json'));
  genesis.chain_id = 'light-vectors';
  genesis.validators = [{ ...genesis.validators[0], power: '10' }];
  writeFileSync(config(node, 'genesis.json'), JSON.stringify(genesis));
  const others = NODES.filter((other) => other !== node).map((other) => `${ids[other]}@127.0.0.1:${PORT + 10 * other}`);
  const settings: Record<string, string> = {
    'persistent_peers': `"${others.join(',')}"`,
    'timeout_commit': '"200ms"',
    'create_empty_blocks': 'false',
    'addr_book_strict': 'false',
    'allow_duplicate_ip': 'true',
  };
  let text = readFileSync(config(node, 'config.toml'), 'utf8');
  for (const [name, value] of Object.entries(settings)) text = text.replace(new RegExp(`^${name} = .*$`, 'm'), `${name} = ${value}`);
  text = text.replace('laddr = "tcp://127.0.0.1:26657"', `laddr = "tcp://127.0.0.1:${PORT + 10 * node + 1}"`);
  text = text.replace('laddr = "tcp://0.0.0.0:26656"', `laddr = "tcp://127.0.0.1:${PORT + 10 * node}"`);
  writeFileSync(config(node, 'config.toml'), text);
}

const start = (node: number): ChildProcess =>
  spawn(binary, ['start', '--home', home(node), '--proxy_app', 'kvstore', '--log_level', 'error'], { stdio: ['ignore', 'ignore', 'inherit'] });
const running = NODES.map(start);

const ask = async (route: string, node = 1): Promise<Loose> => {
  const answer = (await (await fetch(`http://127.0.0.1:${PORT + 10 * node + 1}/${route}`)).json()) as { result?: unknown; error?: unknown };
  if (answer.result === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.result;
};
const height = async (): Promise<number> => Number((await ask('status')).sync_info.latest_block_height);
const send = async (tx: string): Promise<void> => {
  const { check_tx, tx_result } = await ask(`broadcast_tx_commit?tx="${encodeURIComponent(tx)}"`);
  if (check_tx.code !== 0 || tx_result.code !== 0) throw new Error(JSON.stringify({ tx, check_tx, tx_result }));
};
const power = (node: number, amount: number): Promise<void> => send(`val=ed25519!${keys[node]!.value}!${amount}`);

try {
  for (let i = 0; ; i++) {
    if (await height().then((at) => at > 0, () => false)) break;
    if (i > 100) throw new Error('the network does not start');
    await sleep(200);
  }
  await send('a=1');
  for (const node of [1, 2, 3]) await power(node, 10 + node);
  await send('b=2');
  await sleep(1500);
  running[3]!.kill('SIGKILL');
  await send('c=3');
  await send('d=4');
  running[3] = start(3);
  await sleep(4000);
  await power(0, 0);
  await send('e=5');
  await sleep(1000);
  const last = await height();
  const blocks = [];
  for (let at = 1; at <= last; at++) {
    const { signed_header } = await ask(`commit?height=${at}`);
    const { validators } = await ask(`validators?height=${at}&per_page=100`);
    blocks.push({ signed_header, validators });
  }
  writeFileSync(new URL('recorded.json', import.meta.url), `[${blocks.map((block) => JSON.stringify(block)).join(",\n")}]\n`);
  console.log(`${last} blocks`);
} finally {
  for (const node of running) node.kill('SIGKILL');
}
