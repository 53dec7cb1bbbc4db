import { ed25519Key, memberChoice, memberText, publicKey } from '../schema/fields.ts';
import { orgField } from '../schema/member.ts';
import { defineOperation, type OperationOf } from '../schema/operation.ts';

export const organisationKinds = ['hospital', 'clinic', 'insurer', 'regulator', 'pharmacy', 'manufacturer', 'sponsor'] as const;

/** The public keys of a member. The TLS CA key is a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7); the HPKE key a public key of its KEM (RFC 9180 §4). */
const keyFields = {
  signingKey: ed25519Key('Signs the organisation’s transactions (Ed25519).'),
  hpkeKey: publicKey(32, 133, 'Others seal data keys to it (HPKE).'),
  tlsKey: publicKey(32, 600, 'Issues the organisation’s TLS certificates.'),
} as const;

/** What is known of a member from the start, in the genesis as well as in `membership.admit`. */
export const memberFields = {
  org: orgField,
  name: memberText(/^\S(?:.*\S)?$/u, 120, 'The organisation’s name.'),
  kind: memberChoice(organisationKinds, 'What kind of organisation it is.'),
  ...keyFields,
} as const;

export const admit = defineOperation('membership.admit', 'Admits an organisation to the network.', memberFields);
export const suspend = defineOperation('membership.suspend', 'Suspends an organisation: its transactions are refused and its votes don’t count.', {
  org: orgField,
});
export const reinstate = defineOperation('membership.reinstate', 'Ends the suspension of an organisation.', { org: orgField });
export const leave = defineOperation('membership.leave', 'An organisation leaves the network for good.', { org: orgField });
export const rotateKeys = defineOperation('membership.rotate-keys', 'Replaces the keys of an organisation.', { org: orgField, ...keyFields });

export type Admit = OperationOf<typeof admit>;
export type Suspend = OperationOf<typeof suspend>;
export type Reinstate = OperationOf<typeof reinstate>;
export type Leave = OperationOf<typeof leave>;
export type RotateKeys = OperationOf<typeof rotateKeys>;
