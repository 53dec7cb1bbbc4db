/** `PUT /node/api/verify`: takes a report that the command line made from the same data, so that the portal shows the newest. */
import type { FastifyInstance } from 'fastify';
import type { AccessPoint } from '../access/access-point.ts';
import { accessErrors } from '../access/errors.ts';
import { codedError } from '../base/errors.ts';
import type { Finding, VerificationReport } from '../contract/network.ts';
import { gatewayErrors } from '../gateway/errors.ts';
import { sendProblem } from './problem.ts';
import type { SelfCheck } from './self-check.ts';

const MAX_FINDINGS = 1000;
const MAX_TEXT = 2000;

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_TEXT;

const isFinding = (value: unknown): value is Finding => {
  const { code, what, where, record, healable } = (value ?? {}) as Partial<Finding>;
  return isText(code) && isText(what) && isText(where) && (record === undefined || isText(record)) && typeof healable === 'boolean';
};

function isReport(value: unknown, organisation: string): value is VerificationReport {
  const report = (value ?? {}) as Partial<VerificationReport>;
  const times = [report.started, report.finished].every((time) => isText(time) && !Number.isNaN(Date.parse(time)));
  const counts =
    typeof report.checked === 'object' && report.checked !== null && Object.values(report.checked).every((count) => Number.isSafeInteger(count));
  const lists =
    Array.isArray(report.findings) &&
    report.findings.length <= MAX_FINDINGS &&
    report.findings.every(isFinding) &&
    Array.isArray(report.unchecked) &&
    report.unchecked.every(isText);
  return report.organisation === organisation && times && counts && lists && report.holds === (report.findings!.length === 0);
}

export function takeReportRoute(server: FastifyInstance, access: AccessPoint, check: SelfCheck): void {
  server.put('/node/api/verify', async (request, reply) => {
    const principal = await access.authenticate(request.headers.authorization);
    if (!principal.ok) return sendProblem(reply, principal.error);
    if (principal.value.role !== 'operator') return sendProblem(reply, codedError(accessErrors, 'access.role'));
    if (!isReport(request.body, access.organisation))
      return sendProblem(reply, codedError(gatewayErrors, 'gateway.bad-request', { message: 'Not a verification report of this organisation.' }));
    check.take(request.body);
    return reply.code(204).send();
  });
}
