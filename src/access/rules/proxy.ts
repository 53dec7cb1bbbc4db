import { passes, type Rule } from './draft.ts';

/** Acting for somebody else. No proxies are recorded in this network yet, so nobody is treated as one. */
export const proxy: Rule = () => passes('Nobody acts for somebody else.');
