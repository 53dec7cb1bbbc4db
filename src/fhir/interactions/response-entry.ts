import { outcomeText, issuesOf, statusOf } from './outcome.ts';
import type { CodedError } from '../../base/result.ts';
import { etag, statusLine, type Answer } from './answer.ts';
import type { BundleText } from './bundle-text.ts';

/** The entry of a batch or transaction response. The body goes along only when it is a resource that was asked for. */
export function responseEntry(bundle: BundleText, base: string, answer: Answer, withBody: boolean): void {
  let response = `"status":"${statusLine(answer.status)}"`;
  if (answer.location !== undefined) response += `,"location":${JSON.stringify(`${base}/${answer.location}`)}`;
  if (answer.version !== undefined) response += `,"etag":${JSON.stringify(etag(answer.version))}`;
  if (answer.lastModified !== undefined) response += `,"lastModified":"${new Date(answer.lastModified).toISOString()}"`;
  const fullUrl = answer.location === undefined ? '' : `"fullUrl":${JSON.stringify(`${base}/${answer.location.replace(/\/_history\/.*$/, '')}`)}`;
  bundle.entry(fullUrl, withBody ? answer.body : undefined, `"response":{${response}}`);
}

export function errorEntry(bundle: BundleText, error: CodedError): void {
  bundle.entry('', undefined, `"response":{"status":"${statusLine(statusOf(error))}","outcome":${outcomeText(issuesOf(error))}}`);
}
