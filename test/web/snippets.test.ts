import { describe, expect, it } from 'vitest';
import { asCurl } from '../../src/web/api/curl.ts';

describe('calls as commands', () => {
  it('a read is one line; the token is a name, and who it stands for is a comment at the end', () => {
    expect(asCurl({ method: 'GET', url: 'http://127.0.0.1:8081/portal/api/me' })).toBe("curl 'http://127.0.0.1:8081/portal/api/me'");
    expect(asCurl({ method: 'POST', url: 'http://x/y', body: { reason: "it's" }, as: 'Dr. A' }).split('\n')).toEqual([
      "curl -X POST 'http://x/y' \\",
      `  -H 'Content-Type: application/json' -d '{"reason":"it'\\''s"}' \\`,
      '  -H "Authorization: Bearer $TOKEN"  # Dr. A',
    ]);
  });
});
