/** Why the engine ended, read from what it printed last: JSON lines of its log, and Go's own words where it broke down. */
import { codedError } from '../../../base/errors.ts';
import type { CodedError } from '../../../base/result.ts';
import { cometbftErrors } from '../errors.ts';

const DIVERGED = /wrong Block\.Header\.AppHash|AppHash does not match AppHash after replay|wrong Block\.Header\.LastResultsHash/;
const LEDGER_AHEAD = /app block height \(\d+\) is higher than core/;

/** The engine goes on living when its consensus has broken down, and does nothing any more. */
export const isBreakdown = (line: string): boolean => line.includes('CONSENSUS FAILURE!!!');

const final: ReadonlySet<string> = new Set(['cometbft.diverged', 'cometbft.ledger-ahead', 'ledger.upgrade-needed']);

/** Starting again would end the same way. */
export const isFinal = ({ code }: CodedError): boolean => final.has(code);

const MESSAGE_CHARACTERS = 400;

/** One line in plain words; undefined where there is nothing in it that explains an end. */
function wordsOf(line: string): string | undefined {
  if (line.startsWith('{')) {
    try {
      const { level, _msg, err } = JSON.parse(line) as Readonly<Record<string, unknown>>;
      if (level !== 'error') return undefined;
      return typeof err === 'string' ? `${String(_msg)}: ${err}` : String(_msg);
    } catch {
      return undefined;
    }
  }
  return /^(panic:|ERROR:|Error:|fatal error:|failed to )/.test(line) ? line : undefined;
}

export function lastWords(lines: readonly string[], how: string): CodedError {
  const text = lines.join('\n');
  const words = (lines.map(wordsOf).findLast((found) => found !== undefined) ?? '').slice(0, MESSAGE_CHARACTERS);
  const data = { cause: words === '' ? how : words };
  if (DIVERGED.test(text)) return codedError(cometbftErrors, 'cometbft.diverged', { data });
  if (LEDGER_AHEAD.test(text)) return codedError(cometbftErrors, 'cometbft.ledger-ahead', { data });
  return codedError(cometbftErrors, 'cometbft.ended', { message: `The consensus engine ended (${how}) and is started again.`, data });
}
