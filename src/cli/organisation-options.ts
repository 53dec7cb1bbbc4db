/** What describes an organisation on the command line, refused in the words of who typed it before anything is asked or made. */
import { codedError } from '../base/errors.ts';
import type { OrganisationKind } from '../contract/network.ts';
import { memberFields, organisationKinds } from '../ledger/membership/operations.ts';
import { fieldProblem } from '../ledger/schema/fields.ts';
import { organisationErrors } from '../organisation/errors.ts';
import { MAX_BASE_PORT } from '../organisation/ports.ts';
import { CommandError } from './command.ts';

/** `organisation.option` */
export const optionError = (message: string): CommandError => new CommandError(codedError(organisationErrors, 'organisation.option', { message }));

export function organisationId(text: string): string {
  if (fieldProblem(memberFields.org, text) === undefined) return text;
  throw optionError(`"${text}" is not an id: a lower-case letter, then lower-case letters, digits and hyphens, at most 64 in all.`);
}

export function organisationName(text: string): string {
  if (fieldProblem(memberFields.name, text) === undefined) return text;
  throw optionError(`"${text}" is not a name: 1 to 120 characters, in one line, with no space at its ends.`);
}

export function organisationKind(text: string): OrganisationKind {
  const kind = organisationKinds.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw optionError(`"${text}" is not one of ${organisationKinds.join(', ')}.`);
}

/** A name or an address, without a port. */
export function hostName(text: string): string {
  if (/^[A-Za-z0-9.:-]{1,253}$/.test(text)) return text;
  throw optionError(`"${text}" is not a host.`);
}

/** Under which others reach a node's HTTP; without a slash at its end. */
export function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && text.length <= 300;
  if (isPlain) return url.href.replace(/\/+$/, '');
  throw optionError(`"${text}" is not the URL of a node, like https://north.example or https://10.0.0.1:8100.`);
}

/** The first of a node's ports. */
export function basePort(text: string | number): number {
  const port = Number(text);
  if (text !== '' && Number.isInteger(port) && port >= 1 && port <= MAX_BASE_PORT) return port;
  throw optionError(`--port must be a whole number from 1 to ${MAX_BASE_PORT}.`);
}
