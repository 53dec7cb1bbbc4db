/** The directory of a network: `--home`, or the one that `network create` makes when none is named. */
import path from 'node:path';
import type { CommandContext } from './command.ts';

export const DEFAULT_HOME = 'careledger-network';

/** As it was given: for people. */
export const homeOf = (context: CommandContext): string => context.text('home') ?? DEFAULT_HOME;

export const networkDirectory = (context: CommandContext): string => path.resolve(homeOf(context));
