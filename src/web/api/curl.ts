/** A call that was made, as a command: what a page did can be done without it. */
export interface RecordedCall {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly as?: string;
}

/** As a line for a shell; `$TOKEN` stands for the token of the person who calls. */
export function asCurl({ method, url, body, as }: RecordedCall): string {
  const lines = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} '${url}'`,
    ...(as === undefined ? [] : [`-H "Authorization: Bearer $TOKEN"  # ${as}`]),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json' -d '${JSON.stringify(body).replaceAll("'", String.raw`'\''`)}'`]),
  ];
  // A comment ends a shell line: it has to stand on the last one.
  const comment = lines.findIndex((line) => line.includes('  # '));
  if (comment > 0 && comment < lines.length - 1) lines.push(...lines.splice(comment, 1));
  return lines.join(' \\\n  ');
}
