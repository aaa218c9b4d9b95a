// Filters of a list, each kept in the address under its name.
import { Button } from '../design/controls.tsx';
import { Choice } from '../design/fields.tsx';
import { setQuery, usePlace } from '../shell/router.ts';

// The first of `options` is no filter: its value is ''.
export function FilterChoice({
  name,
  label,
  value,
  options,
}: {
  name: string;
  label: string;
  value?: string;
  options: readonly (readonly [string, string])[];
}) {
  return (
    <span class={value ? 'filter on' : 'filter'}>
      <Choice<string>
        bare
        label={label}
        value={value ?? ''}
        options={options}
        onChange={(chosen) => setQuery({ [name]: chosen })}
      />
    </span>
  );
}

// Where any of these is set.
export function ClearFilters({ names }: { names: readonly string[] }) {
  const { query } = usePlace();
  if (!names.some((name) => query.get(name))) return null;
  return (
    <Button tone="plain" small onClick={() => setQuery(Object.fromEntries(names.map((name) => [name, undefined])))}>
      Clear
    </Button>
  );
}
