import type { Sender } from '../module/rule.ts';

/** Who may change the membership: the authority of the genesis and every active regulator. Votes (m of n) come with full governance. */
export const mayGovern = (sender: Sender): boolean => sender.kind === 'authority' || sender.isRegulator;
