/** A member that can't be reached, or takes nothing from here, is told to whoever runs the node: once, and again when it happens again. */
import { expect, test } from 'vitest';
import { codedError } from '../../src/base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../../src/base/result.ts';
import type { Answered, Outgoing } from '../../src/network/client.ts';
import { networkErrors } from '../../src/network/errors.ts';
import { tellRefusals } from '../../src/node/tell-refusals.ts';

test('what keeps members from hearing this node is told, once an hour and member', async () => {
  const told: CodedError[] = [];
  let [time, answer] = [0, fail(codedError(networkErrors, 'network.expired', { message: 'The message is from the future.' })) as Result<Answered>];
  const client = tellRefusals(
    { call: async () => answer, close: () => undefined },
    () => ({ host: 'south.example', port: 9100 }),
    () => time,
    (cause) => void told.push(cause as CodedError),
  );
  const call = () => client.call({ to: 'south' } as Outgoing);
  expect(await call()).toBe(answer);
  await call();
  expect(told.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^What goes to south at south\.example, port 9100 waits: The message is from the future\. .*clocks/),
  ]);
  time += 3_600_000;
  await call();
  expect(told).toHaveLength(2);
  answer = ok({} as Answered);
  await call();
  answer = fail(codedError(networkErrors, 'network.unreachable', { data: { cause: 'connect ETIMEDOUT' } }));
  await call();
  expect(told[2]!.message).toContain('connect ETIMEDOUT');
  // What a member decides is between it and whoever asked.
  answer = fail({ code: 'access.denied', message: 'No.' });
  await call();
  expect(told).toHaveLength(3);
});
