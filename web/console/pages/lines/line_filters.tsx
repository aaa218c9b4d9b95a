// Filters of the list, in the address.
import type { Line } from '../../api/lines.ts';
import { ClearFilters, FilterChoice } from '../../parts/filters.tsx';
import { setQuery, usePlace } from '../../shell/router.ts';
import { providerNames, statusWords } from './words.ts';

const names = ['q', 'provider', 'status', 'agent'] as const;

export function fits(line: Line, query: URLSearchParams): boolean {
  const text = (query.get('q') ?? '').trim().toLowerCase();
  const digits = text.replace(/[^0-9]/g, '');
  return (
    (text === '' ||
      line.name?.toLowerCase().includes(text) === true ||
      (digits !== '' && line.phone_number?.includes(digits) === true)) &&
    (!query.get('provider') || line.provider === query.get('provider')) &&
    (!query.get('status') || line.status === query.get('status')) &&
    (!query.get('agent') || (line.ai_agent_id ?? 'nobody') === query.get('agent'))
  );
}

export function LineFilters({ agents }: { agents: (readonly [string, string])[] }) {
  const { query } = usePlace();
  const choice = (name: string, label: string, options: (readonly [string, string])[]) => (
    <FilterChoice name={name} label={label} value={query.get(name) ?? ''} options={options} />
  );
  return (
    <div class="list-tools">
      <input
        class="input"
        data-search
        type="search"
        aria-label="Name, or digits"
        placeholder="Name, or digits"
        value={query.get('q') ?? ''}
        onInput={(event) => setQuery({ q: event.currentTarget.value })}
      />
      {choice('provider', 'From where', [['', 'From anywhere'], ...Object.entries(providerNames)])}
      {choice('status', 'How it stands', [
        ['', 'However it stands'],
        ...Object.entries(statusWords).map(([status, [word]]) => [status, word] as const),
      ])}
      {choice('agent', 'Who answers', [['', 'Whoever answers'], ['nobody', 'Nobody'], ...agents.filter(([id]) => id !== '')])}
      <ClearFilters names={names} />
    </div>
  );
}
