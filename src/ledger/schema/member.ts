import { memberText } from './fields.ts';

export const orgField = memberText(/^[a-z][a-z0-9-]*$/, 64, 'The organisation: its id in the network.');
