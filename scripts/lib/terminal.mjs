/** Plain words on the terminal: progress as short lines, problems as code, cause and next step. */

const started = performance.now();

/** Progress goes to standard error, so that a command's own output stays clean. */
export const say = (text) => process.stderr.write(`${text}\n`);

export const elapsedSeconds = () => ((performance.now() - started) / 1000).toFixed(1);

/** A problem the person at the terminal can do something about. */
export class Problem extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} hint the next step
   */
  constructor(code, message, hint) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Runs a script's top function; a `Problem` becomes three readable lines and exit code 1. */
export async function run(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(`\n${error.message}\n  ${error.hint}\n  (${error.code})`);
    process.exitCode = 1;
  }
}
