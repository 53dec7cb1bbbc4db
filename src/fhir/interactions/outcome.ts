/** Errors become OperationOutcomes here and nowhere else. */
import { utf8 } from '../../base/bytes.ts';
import { errorDefinition } from '../../base/errors.ts';
import type { CodedError } from '../../base/result.ts';
import type { Answer } from './answer.ts';

/** One finding of a validation, or the error itself. */
export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  /** FHIR `issue-type` code. */
  readonly code: string;
  readonly text: string;
  readonly diagnostics?: string;
  /** FHIRPath of the element, e.g. `Bundle.entry[3].resource.gender`. */
  readonly expression?: string;
  /** Code of the error catalogue, e.g. `rest.not-found`. */
  readonly error?: string;
}

const errorCodeSystem = 'urn:careledger:error-code';

export const outcomeText = (issues: readonly Issue[]): string =>
  JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: issues.map((issue) => ({
      severity: issue.severity,
      code: issue.code,
      details: { ...(issue.error === undefined ? {} : { coding: [{ system: errorCodeSystem, code: issue.error }] }), text: issue.text },
      ...(issue.diagnostics === undefined ? {} : { diagnostics: issue.diagnostics }),
      ...(issue.expression === undefined ? {} : { expression: [issue.expression] }),
    })),
  });

/**
 * An error's issues: those it brings along in `data.issues` (validation), or itself. `data.expression` and `data.entry` say where; the
 * rule that decided a refusal (`data.rule`) is named in the diagnostics.
 */
export function issuesOf(error: CodedError): readonly Issue[] {
  const { issues, expression, rule } = (error.data ?? {}) as { issues?: readonly Issue[]; expression?: string; rule?: unknown };
  const hint = [typeof rule === 'string' ? `Decided by rule ${rule}.` : undefined, error.hint].filter((text) => text !== undefined).join(' ');
  const own: Issue = {
    severity: 'error',
    code: errorDefinition(error.code)?.issue ?? 'exception',
    text: error.message,
    ...(hint === '' ? {} : { diagnostics: hint }),
    ...(expression === undefined ? {} : { expression }),
    error: error.code,
  };
  return issues && issues.length > 0 ? issues.map((issue) => ({ error: error.code, ...issue })) : [own];
}

export const statusOf = (error: CodedError): number => errorDefinition(error.code)?.status ?? 500;

export const errorAnswer = (error: CodedError): Answer => ({ status: statusOf(error), body: utf8(outcomeText(issuesOf(error))) });

export const informationOutcome = (text: string): Uint8Array => utf8(outcomeText([{ severity: 'information', code: 'informational', text }]));
