// Chips that narrow the list, and its order. All of it is in the address; each choice can be taken back by going back.
import { Button } from '../../design/controls.tsx';
import { Choice } from '../../design/fields.tsx';
import { setQuery } from '../../shell/router.ts';
import { isFiltered, noFilters, type Sort, type Wanted } from './wanted.ts';

const filters = [
  [
    'person_type',
    'Whose',
    [
      ['', 'Anybody’s'],
      ['patient', 'Patients’'],
      ['doctor', 'Doctors’'],
    ],
  ],
  [
    'phone_type',
    'Type',
    [
      ['', 'Any type'],
      ['cell', 'Cell'],
      ['home', 'Home'],
      ['other', 'Other'],
    ],
  ],
  [
    'primary',
    'Primary',
    [
      ['', 'Primary or not'],
      ['yes', 'Primary'],
      ['no', 'Not primary'],
    ],
  ],
  [
    'verified',
    'Verified',
    [
      ['', 'Verified or not'],
      ['yes', 'Verified'],
      ['no', 'Never verified'],
    ],
  ],
  [
    'do_not_call',
    'Do not call',
    [
      ['', 'May call or not'],
      ['yes', 'Do not call'],
      ['no', 'May call'],
    ],
  ],
] as const;
const sorts: readonly (readonly [Sort, string])[] = [
  ['newest', 'Newest first'],
  ['name', 'By name'],
  ['number', 'By number'],
];

export function Filters({ wanted }: { wanted: Wanted }) {
  return (
    <div class="filters">
      {filters.map(([name, label, options]) => (
        <span key={name} class={wanted[name] ? 'on' : ''}>
          <Choice<string>
            bare
            label={label}
            value={wanted[name] ?? ''}
            options={options}
            onChange={(value) => setQuery({ [name]: value }, 'step')}
          />
        </span>
      ))}
      {isFiltered(wanted) && (
        <Button tone="plain" small onClick={() => setQuery(noFilters, 'step')}>
          Clear
        </Button>
      )}
      <span class={wanted.sort === 'newest' ? 'order' : 'order on'}>
        <Choice<Sort>
          bare
          label="Order"
          value={wanted.sort}
          options={sorts}
          onChange={(sort) => setQuery({ sort: sort === 'newest' ? undefined : sort }, 'step')}
        />
      </span>
    </div>
  );
}
