/** The patient's shares: list, preview, open, change, stop. */
import { openReleased, type Released } from '../../access/release.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Share, SharePreview, TimelineKind } from '../../contract/portal.ts';
import type { StoredShare } from '../../sharing/custodian/share-book.ts';
import { dayNumber, untilOf } from '../../sharing/messages/share-terms.ts';
import { previewSentence } from '../../sharing/words.ts';
import { gatewayErrors } from '../errors.ts';
import type { Answer, Handler, JsonScope } from '../json-scope.ts';
import type { Composer } from './compose.ts';
import type { Desk, View } from './desk.ts';
import { param } from '../parameters.ts';
import { shareRequestOf } from './share-body.ts';
import { shareOf } from './share-words.ts';
import { words } from './words.ts';

const MAX_EXAMPLES = 5;

export function shareRoutes(scope: JsonScope, desk: Desk, composer: Composer): void {
  const { sharing } = desk.deps;
  const base = '/portal/api/patients/:id/shares';

  const list: Handler = async (request) => {
    const view = await desk.view(request, 'see-shares');
    const shares = await sharing.outgoing.of(view.patient);
    return desk.release<{ readonly shares: readonly Share[] }>(view, {
      counts: {},
      answer: async () => ({ shares: await Promise.all(shares.map((share) => shareOf(desk, view.ref, share))) }),
    });
  };

  /** What was released is the change itself; this only puts it into words. */
  const shown = async (view: View, released: Result<Released<StoredShare>>): Promise<Result<Answer>> => {
    if (!released.ok) return released;
    return ok({
      public: 'The patient’s own share, in words; its change was logged before.',
      body: await shareOf(desk, view.ref, openReleased(released.value)),
    });
  };

  const open: Handler = async (request) => {
    const wanted = shareRequestOf(request.body);
    if (!wanted.ok) return wanted;
    const view = await desk.view(request, 'change-shares');
    return shown(view, await sharing.shares.open(view.principal, view.patient, wanted.value));
  };

  const change: Handler = async (request) => {
    const wanted = shareRequestOf(request.body);
    if (!wanted.ok) return wanted;
    const view = await desk.view(request, 'change-shares');
    return shown(view, await sharing.shares.change(view.principal, view.patient, param(request, 'grantId'), wanted.value));
  };

  const stop: Handler = async (request) => {
    const view = await desk.view(request, 'change-shares');
    return shown(view, await sharing.shares.stop(view.principal, view.patient, param(request, 'grantId')));
  };

  const preview: Handler = async (request) => {
    const wanted = shareRequestOf(request.body);
    if (!wanted.ok) return wanted;
    const { organisationId, purpose, categories, includeSensitive, until } = wanted.value;
    const lastDay = dayNumber(until);
    if (lastDay === undefined) return fail(codedError(gatewayErrors, 'gateway.bad-request', { message: '"until" is a date such as 2027-03-03.' }));
    const view = await desk.view(request, 'search');
    const own = await composer.compose('own', view.patient, view.decision.visibility);
    const theirs = await composer.compose(
      'own',
      view.patient,
      sharing.visibilityOfShare({ patient: view.patient, grantee: organisationId, purpose, categories, includeSensitive }),
    );
    const visible = theirs.items.filter(({ kind }) => kind !== 'other');
    const withheld = own.items.filter(({ kind }) => kind !== 'other').length - visible.length;
    const counts = new Map<TimelineKind, number>();
    for (const { kind } of visible) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const organisation = await desk.organisation(organisationId);
    return desk.release<SharePreview>(view, {
      what: words.previewed,
      counts: {},
      answer: () => ({
        sentence: previewSentence(
          { organisation: organisation.name, purpose, categories, includeSensitive, until: untilOf({ lastDay }) },
          visible.length,
          withheld,
        ),
        counts: Array.from(counts, ([kind, count]) => ({ kind, count })),
        withheld,
        examples: visible.slice(0, MAX_EXAMPLES).map(({ title, when, kind }) => ({ title, when, kind })),
      }),
    });
  };

  scope.route('GET', base, list);
  scope.route('POST', base, open, 201);
  scope.route('POST', `${base}/preview`, preview);
  scope.route('PUT', `${base}/:grantId`, change);
  scope.route('DELETE', `${base}/:grantId`, stop);
}
