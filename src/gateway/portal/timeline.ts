/** `GET …/patients/:id/timeline`: what happened, newest first, in plain words. */
import type { FastifyRequest } from 'fastify';
import { countsInWords } from '../../access/words.ts';
import { codedError } from '../../base/errors.ts';
import { fail, type Result } from '../../base/result.ts';
import type { Timeline, TimelineItem } from '../../contract/portal.ts';
import { gatewayErrors } from '../errors.ts';
import type { Handler } from '../json-scope.ts';
import { seriesOf, type Composed, type Composer } from './compose.ts';
import type { Desk, View } from './desk.ts';
import type { DraftItem } from './item.ts';
import { countItems } from './counts.ts';
import { words } from './words.ts';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
const MAX_TREND = 20;
const MAX_QUERY = 100;

interface Filter {
  readonly kind: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly q: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

function filterOf(query: Readonly<Record<string, unknown>>): Result<Filter> {
  const text = (name: string): string | undefined => (typeof query[name] === 'string' && query[name] !== '' ? (query[name] as string) : undefined);
  const bad = (message: string) => fail(codedError(gatewayErrors, 'gateway.bad-request', { message }));
  for (const name of ['from', 'to']) {
    const value = text(name);
    if (value !== undefined && !/^\d{4}(-\d{2}(-\d{2})?)?$/.test(value)) return bad(`"${name}" is a date such as 2026-03-01.`);
  }
  const limit = Number(text('limit') ?? DEFAULT_LIMIT);
  const offset = Number(text('after') ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || !Number.isInteger(offset) || offset < 0)
    return bad('"limit" is a number from 1, "after" comes from the page before.');
  return {
    ok: true,
    value: {
      kind: text('kind'),
      from: text('from'),
      to: text('to'),
      q: text('q')?.slice(0, MAX_QUERY).toLowerCase(),
      offset,
      limit: Math.min(limit, MAX_LIMIT),
    },
  };
}

const matches =
  ({ kind, from, to, q }: Filter) =>
  (item: DraftItem): boolean =>
    // Claims and the like are there when asked for.
    (kind === undefined ? item.kind !== 'other' : item.kind === kind) &&
    (from === undefined || item.when >= from) &&
    (to === undefined || item.when.slice(0, to.length) <= to) &&
    (q === undefined || `${item.title} ${item.detail ?? ''} ${item.code?.code ?? ''}`.toLowerCase().includes(q));

async function timelineItem(desk: Desk, view: View, composed: Composed, item: DraftItem): Promise<TimelineItem> {
  const name = seriesOf(item);
  const series = name === undefined ? [] : composed.series.get(name)!;
  const earlier = series.slice(0, series.indexOf(item)).slice(-MAX_TREND);
  const visit = item.visit === undefined ? undefined : composed.items.find((other) => `${other.type}/${other.id}` === item.visit);
  return {
    ref: `${item.type}/${item.id}/_history/${item.version}`,
    kind: item.kind,
    when: item.when,
    title: item.title,
    ...(item.code === undefined ? {} : { code: item.code }),
    ...(item.detail === undefined ? {} : { detail: item.detail }),
    ...(item.value === undefined ? {} : { value: item.value }),
    ...(earlier.length === 0 ? {} : { trend: earlier.map(({ when, value }) => ({ when, number: value!.number! })) }),
    author: { ...(item.author === undefined ? {} : { name: item.author }), organisation: view.custodian },
    ...(visit === undefined ? {} : { visit: `${visit.type}/${visit.id}/_history/${visit.version}` }),
    proof: await desk.recordProof(view, item),
  };
}

export function timelineRoute(desk: Desk, composer: Composer): Handler {
  return async (request: FastifyRequest) => {
    const filter = filterOf(request.query as Readonly<Record<string, unknown>>);
    if (!filter.ok) return filter;
    const view = await desk.view(request, 'search');
    const composed = await composer.compose(view.space, view.patient, view.decision.visibility);
    const all = composed.items.filter(matches(filter.value));
    const { offset, limit } = filter.value;
    const page = all.slice(offset, offset + limit);
    const counts = countItems(page);
    return desk.release<Timeline>(view, {
      counts,
      what: words.timeline(countsInWords(counts)),
      answer: async () => ({
        items: await Promise.all(page.map((item) => timelineItem(desk, view, composed, item))),
        next: offset + limit < all.length ? String(offset + limit) : null,
        total: all.length,
      }),
    });
  };
}
