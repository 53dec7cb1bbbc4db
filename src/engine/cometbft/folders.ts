/** What is where in the directory of a node. */
export const LEDGER_FOLDER = 'ledger';
export const HOME_FOLDER = 'cometbft';
export const LOG_FILE = 'cometbft.log';
