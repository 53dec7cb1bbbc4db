/** Which ledger a command is about: `--ledger DIR`, or the one of an organisation's home (`--home DIR`), or of the data directory. */
import path from 'node:path';
import { ledgerDirectory } from '../sandbox/ledger.ts';
import type { CommandContext, OptionDescription } from './command.ts';

export const placeOptions = {
  ledger: { type: 'string', value: 'DIR', help: 'the ledger’s own directory (default: that of the data directory)' },
  home: { type: 'string', value: 'DIR', help: 'home of one organisation of a network, as "node start" takes it' },
} as const satisfies Readonly<Record<string, OptionDescription>>;

export function ledgerPlace(context: CommandContext): string {
  const [ledger, home] = [context.text('ledger'), context.text('home')];
  if (ledger !== undefined) return path.resolve(ledger);
  return home === undefined ? ledgerDirectory(context.dataDirectory) : path.resolve(home, 'ledger');
}
