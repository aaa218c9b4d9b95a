// How the file was read: which column is what, its encoding, what stands between fields. All of it can be said otherwise.
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Button, Card } from '../../design/controls.tsx';
import { Choice, SelectField } from '../../design/fields.tsx';
import { count } from '../../format/numbers.ts';
import { Sample } from './sample.tsx';
import type { Import } from './sending.ts';
import { asUnderstood, choicesFor, type Column, type Understanding } from './understanding.ts';

type Wish = Schemas['ImportRunRequest'];
const unsaid = '?';

const encodings = [
  ['', 'As recognised'],
  ['utf-8', 'UTF-8'],
  ['windows-1252', 'Windows-1252'],
  ['utf-16le', 'UTF-16, little endian'],
  ['utf-16be', 'UTF-16, big endian'],
] as const;
const separators = [
  ['', 'As recognised'],
  [',', 'Comma'],
  [';', 'Semicolon'],
  ['tab', 'Tab'],
  ['|', 'Bar'],
] as const;

export function HowRead(props: {
  upload: Import;
  found: Understanding;
  busy: boolean;
  onChange: () => void;
  onRead: (wish: Wish) => void;
}) {
  const { upload, found } = props;
  const may = useMay();
  const write = may('contacts:write');
  // Of what was found, what somebody said otherwise. A file's headers may be any words, those of objects too.
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [form, setForm] = useState<{ encoding?: string; separator?: string; people?: 'patient' | 'doctor' }>({});
  const { encoding, separator, people } = { encoding: found.encoding, separator: found.separator, people: found.people, ...form };
  const touched = chosen.size + Object.keys(form).length > 0;
  const say = (change: typeof form) => {
    setForm({ ...form, ...change });
    props.onChange();
  };
  const meaningOf = (column: Column) => chosen.get(column.header) ?? (column.known ? column.meaning : unsaid);
  const open = found.columns.filter((column) => meaningOf(column) === unsaid).length;
  const read = () => {
    const columns = found.columns.map((column) => ({ ...column, meaning: meaningOf(column), known: true }));
    const wish: Wish = { people };
    if (upload.kind === 'contacts') {
      wish.columns = asUnderstood(columns);
      if (encoding) wish.encoding = encoding;
      if (separator) wish.separator = separator;
    }
    setChosen(new Map());
    setForm({});
    props.onRead(wish);
  };
  return (
    <Card title="How it was read">
      <div class="stack">
        <div class="how">
          {upload.kind === 'contacts' && (
            <>
              <SelectField<string>
                label="Encoding"
                value={encoding}
                options={encodings}
                fixed={!write}
                onChange={(value) => say({ encoding: value })}
              />
              <SelectField<string>
                label="Between fields"
                value={separator}
                options={separators}
                fixed={!write}
                onChange={(value) => say({ separator: value })}
              />
            </>
          )}
          <SelectField<'patient' | 'doctor'>
            label="People without an id are"
            value={people}
            options={[
              ['patient', 'Patients'],
              ['doctor', 'Doctors'],
            ]}
            fixed={!write}
            onChange={(value) => say({ people: value })}
          />
        </div>
        {found.columns.length > 0 && (
          <ul class="columns">
            {found.columns.map((column, at) => (
              <li key={at} class={meaningOf(column) === unsaid ? 'open' : ''}>
                <span class="cut strong" title={column.header}>
                  {column.header}
                </span>
                <Choice<string>
                  label={`What “${column.header}” is`}
                  value={meaningOf(column)}
                  options={[...(column.known ? [] : [[unsaid, 'What is it?'] as const]), ...choicesFor(column)]}
                  disabled={!write}
                  onChange={(value) => {
                    setChosen(new Map([...chosen, [column.header, value]]));
                    props.onChange();
                  }}
                />
              </li>
            ))}
          </ul>
        )}
        {write && (touched || upload.status === 'failed') && (
          <p class="row">
            <Button tone="main" busy={props.busy} disabled={open > 0} onClick={read}>
              Read it again
            </Button>
            {open > 0 && <span class="soft">{count(open, 'column is', 'columns are')} open.</span>}
          </p>
        )}
        {found.rows.length > 0 && <Sample rows={found.rows} />}
      </div>
    </Card>
  );
}
