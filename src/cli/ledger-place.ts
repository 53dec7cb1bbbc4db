/** Which ledger a command is about: `--ledger DIR`, or the one of an organisation's home (`--home DIR`), or of the data directory. */
import path from 'node:path';
import { unwrap } from '../base/result.ts';
import { readHomeFile } from '../organisation/home-file.ts';
import { ledgerDirectory } from '../sandbox/ledger.ts';
import type { CommandContext, OptionDescription } from './command.ts';

export const placeOptions = {
  ledger: { type: 'string', value: 'DIR', help: 'the ledger’s own directory (default: that of the data directory)' },
  home: { type: 'string', value: 'DIR', help: 'home of one organisation of a network, as "node start" takes it' },
} as const satisfies Readonly<Record<string, OptionDescription>>;

/** `organisation.no-home`, `organisation.incomplete`; whether there is a ledger, whoever opens it says. */
export async function ledgerPlace(context: CommandContext): Promise<string> {
  const [ledger, home] = [context.text('ledger'), context.text('home')];
  if (ledger !== undefined) return path.resolve(ledger);
  if (home === undefined) return ledgerDirectory(context.dataDirectory);
  unwrap(await readHomeFile(path.resolve(home)));
  return path.resolve(home, 'ledger');
}
