import type { Schemas } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { things } from '../../format/sentences.ts';
import { ClearFilters, FilterChoice } from '../../parts/filters.tsx';
import { setQuery } from '../../shell/router.ts';
import type { Filter } from './ledger.ts';

const actions: (readonly [string, string])[] = [
  ['', 'Whatever was done'],
  ['created', 'Added'],
  ['updated', 'Changed'],
  ['deleted', 'Deleted'],
  ['revoked', 'Revoked'],
  ['released', 'Released'],
  ['disabled', 'Disabled'],
  ['finished', 'Finished'],
];
const entities: (readonly [string, string])[] = [['', 'Everything'], ...Object.entries(things)];
const names = ['entity', 'action', 'actor', 'entity_id', 'since', 'until'] as const;

// A day of the viewer as the two ends of it in UTC.
function endOf(day: string | null, plusDays: number): string | undefined {
  if (!day || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day)) return undefined;
  const at = new Date(`${day}T00:00:00`);
  if (Number.isNaN(at.getTime())) return undefined;
  at.setDate(at.getDate() + plusDays);
  return at.toISOString().replace(/\.[0-9]+Z$/, 'Z');
}

export const filterOf = (query: URLSearchParams): Filter => ({
  entity: (query.get('entity') as Schemas['Entity'] | null) ?? undefined,
  action: (query.get('action') as Schemas['Action'] | null) ?? undefined,
  actor: query.get('actor') ?? undefined,
  entity_id: query.get('entity_id') || undefined,
  since: endOf(query.get('since'), 0),
  until: endOf(query.get('until'), 1),
});

export function Filters({ query }: { query: URLSearchParams }) {
  const session = useSession();
  const choice = (name: string, label: string, options: (readonly [string, string])[]) => (
    <FilterChoice name={name} label={label} value={query.get(name) ?? ''} options={options} />
  );
  const day = (name: 'since' | 'until', word: string) => (
    <label class="date">
      <span class="quiet">{word}</span>
      <input
        class="input"
        type="date"
        value={query.get(name) ?? ''}
        onInput={(event) => setQuery({ [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <div class="list-tools">
      {choice('entity', 'Of what', entities)}
      {choice('action', 'What was done', actions)}
      {choice('actor', 'By whom', [
        ['', 'By anybody'],
        [session.key.id, 'By me'],
        ['operator', 'By the operator'],
        ['dialer', 'By the dialer'],
        ['reconciler', 'By the carrier check'],
        ['twilio', 'By Twilio'],
      ])}
      {day('since', 'from')}
      {day('until', 'to')}
      <input
        class="input id"
        data-search
        value={query.get('entity_id') ?? ''}
        aria-label="Of the thing with this id"
        placeholder="Id of one thing"
        spellcheck={false}
        onChange={(event) => setQuery({ entity_id: event.currentTarget.value.trim() })}
      />
      <ClearFilters names={names} />
    </div>
  );
}
