/** What keeps members from hearing this node is told to whoever runs it: what is to be sent waits and is tried again, and nobody would notice. */
import type { CodedError } from '../base/result.ts';
import type { AddressBook, ChannelClient } from '../network/client.ts';

const EVERY_MS = 3_600_000;
/** A closed port, a clock that is wrong, an address or a key that is another's. What a member decides about a request has other codes. */
const TOLD = ['network.unreachable', 'network.expired', 'network.certificate', 'network.bad-signature', 'network.wrong-recipient'];

/** Once an hour for each member and reason, until it works again. */
export function tellRefusals(client: ChannelClient, addresses: AddressBook, now: () => number, onError: (cause: unknown) => void): ChannelClient {
  const told = new Map<string, number>();

  function tell(to: string, { code, message, hint, data }: CodedError): void {
    const name = `${to} ${code}`;
    if (now() - (told.get(name) ?? -Infinity) < EVERY_MS) return;
    told.set(name, now());
    const at = addresses(to);
    const cause = typeof data?.['cause'] === 'string' ? ` (${data['cause']})` : '';
    onError({
      code,
      hint: hint ?? '',
      message: `What goes to ${to}${at ? ` at ${at.host}, port ${at.port}` : ''} waits: ${message}${cause} ${hint ?? ''}`.trim(),
    });
  }

  return {
    async call(outgoing) {
      const answered = await client.call(outgoing);
      if (answered.ok) for (const code of TOLD) told.delete(`${outgoing.to} ${code}`);
      else if (TOLD.includes(answered.error.code)) tell(outgoing.to, answered.error);
      return answered;
    },
    close: () => client.close(),
  };
}
