import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSoon } from '../../api/follow.ts';
import { useSavedLists } from '../../api/saved_lists.ts';
import { useMay } from '../../api/session.ts';
import { useEvents } from '../../api/stream.ts';
import { Button, Empty, Notice, Segments } from '../../design/controls.tsx';
import { Icon } from '../../design/icons.tsx';
import { isNarrow, useNarrow } from '../../design/narrow.ts';
import { VirtualList } from '../../design/virtual_list.tsx';
import { count, readQuery } from '../../format/numbers.ts';
import { setQuery, usePlace } from '../../shell/router.ts';
import { AddContact } from './add_contact.tsx';
import { ContactRow } from './contact_row.tsx';
import { chosenAtMost } from './bulk.ts';
import { BulkBar, type Chosen } from './bulk_bar.tsx';
import { detailKey, forgetDetails } from './details.ts';
import { Filters } from './filters.tsx';
import { useRows, type Row, type Rows } from './rows.ts';
import { KeepList, SavedLists } from './saved_lists.tsx';
import { isFiltered, showsPeople, wantedOf, type View, type Wanted } from './wanted.ts';
import './contacts.css';

// Follows the stream: rows that changed are read again, not one by one but when some have come together.
function useLiveRows(rows: Rows): number {
  const [turn, setTurn] = useState(0);
  const reread = useSoon(() => {
    setTurn((each) => each + 1);
    rows.refresh();
  });
  useEvents(['contact_number.', 'patient.', 'doctor.', 'import.'], (signal) => {
    forgetDetails(signal.kind === 'missed' ? undefined : signal.events.map((event) => event.data.id));
    reread();
  });
  return turn;
}

// What was chosen of a list is let go when another is listed: nobody means rows that they do not see.
function useChosen(wanted: Wanted, total: number | undefined) {
  const [rows, setRows] = useState(new Map<string, Row>());
  const [all, setAll] = useState(false);
  const key = JSON.stringify(wanted);
  useEffect(() => setAll(false), [key]);
  const clear = () => {
    setAll(false);
    setRows(new Map());
  };
  const toggle = (row: Row) => {
    if (all) return clear();
    setRows((before) => {
      const after = new Map(before);
      if (!after.delete(detailKey(row)) && after.size < chosenAtMost) after.set(detailKey(row), row);
      return after;
    });
  };
  const some = all || rows.size > 0;
  const chosen: Chosen | undefined = !some ? undefined : all ? { all: wanted, total: total ?? 0 } : { rows: [...rows.values()] };
  return { chosen, clear, toggle, takeAll: () => setAll(true), has: (row: Row) => all || rows.has(detailKey(row)) };
}

export default function Contacts() {
  const { query } = usePlace();
  const may = useMay();
  const wanted = wantedOf(query);
  const rows = useRows(wanted);
  const turn = useLiveRows(rows);
  const narrow = useNarrow();
  const people = showsPeople(wanted);
  const picked = useChosen(wanted, rows.total);
  const saved = useSavedLists();
  const lists = saved.data ?? [];
  const active = lists.find((list) => list.id === query.get('list'));
  return (
    <div class="page wide contacts-page">
      <header class="page-head">
        <h1>Contacts</h1>
        <p class="total figures" role="status">
          {rows.total === undefined ? '' : people ? count(rows.total, 'person', 'people') : count(rows.total, 'number')}
        </p>
        <div class="grow">
          {(rows.total ?? 0) > 0 && !picked.chosen && (
            <Button tone="plain" small onClick={picked.takeAll}>
              Choose all
            </Button>
          )}
        </div>
        {may('contacts:write') && (
          <Button tone="main" icon="plus" onClick={() => setQuery({ add: '1' })}>
            Add
          </Button>
        )}
      </header>
      <div class="contact-heads">
        <SavedLists lists={lists} active={active} wanted={wanted} />
        <Tools wanted={wanted} people={people} fresh={rows.fresh}>
          {saved.data && <KeepList lists={lists} active={active} wanted={wanted} />}
        </Tools>
        {rows.error && <Notice tone="no">{rows.error.message}</Notice>}
      </div>
      <section class={picked.chosen ? 'card contacts some-chosen' : 'card contacts'} aria-label="Contacts found">
        {rows.total === 0 ? (
          <Nothing wanted={wanted} />
        ) : (
          <VirtualList
            label={people ? 'People' : 'Numbers'}
            total={rows.total ?? 12}
            rowHeight={narrow ? 60 : 44}
            resetKey={rows.shown}
            onRange={rows.want}
            render={(at) => (
              <>
                <ContactRow row={rows.at(at)} q={wanted.q} turn={turn} />
                <Pick row={rows.at(at)} has={picked.has} onToggle={picked.toggle} />
              </>
            )}
          />
        )}
      </section>
      {picked.chosen && <BulkBar chosen={picked.chosen} onClear={picked.clear} />}
      {query.get('add') === '1' && may('contacts:write') && (
        <AddContact
          number={readQuery(wanted.q).kind === 'digits' ? wanted.q : ''}
          name={readQuery(wanted.q).kind === 'name' ? wanted.q : ''}
          onClose={() => setQuery({ add: undefined })}
        />
      )}
    </div>
  );
}

function Pick({ row, has, onToggle }: { row: Row | undefined; has: (row: Row) => boolean; onToggle: (row: Row) => void }) {
  if (row === undefined) return null;
  return (
    <label class="pick">
      <input
        type="checkbox"
        checked={has(row)}
        aria-label={`Choose ${row.name} ${row.entry?.number ?? ''}`}
        onChange={() => onToggle(row)}
      />
    </label>
  );
}

function Tools({
  wanted,
  people,
  fresh,
  children,
}: {
  wanted: Wanted;
  people: boolean;
  fresh: boolean;
  children: ComponentChildren;
}) {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!isNarrow()) search.current?.focus();
  }, []);
  // Enter opens the first that was found for what is typed now, also where that is still on its way.
  const opens = useRef(false);
  const first = () => document.querySelector<HTMLAnchorElement>('.contacts [data-at="0"] a');
  useEffect(() => {
    if (fresh && opens.current) {
      opens.current = false;
      requestAnimationFrame(() => first()?.click());
    }
  }, [fresh]);
  const onKey = (event: KeyboardEvent) => {
    opens.current = event.key === 'Enter' && !fresh;
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      first()?.focus();
    }
    if (event.key === 'Enter' && fresh) first()?.click();
    if (event.key === 'Escape') setQuery({ q: undefined });
  };
  return (
    <div class="contact-tools">
      <div class="search">
        <Icon name="search" />
        <input
          class="input"
          ref={search}
          data-search
          type="search"
          value={wanted.q}
          aria-label="Find by any digits or a name"
          autocomplete="off"
          spellcheck={false}
          placeholder="Digits, or a name"
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
          onKeyDown={onKey}
        />
        <kbd>/</kbd>
      </div>
      <Segments<View>
        label="What is listed"
        value={wanted.view}
        onChange={(view) => setQuery({ view: view === 'numbers' ? undefined : view }, 'step')}
        options={[
          ['numbers', 'Numbers'],
          ['patients', 'Patients'],
          ['doctors', 'Doctors'],
        ]}
      />
      {children}
      {!people && <Filters wanted={wanted} />}
    </div>
  );
}

function Nothing({ wanted }: { wanted: Wanted }) {
  const may = useMay();
  const add = may('contacts:write') && (
    <Button tone="main" icon="plus" onClick={() => setQuery({ add: '1' })}>
      Add contact
    </Button>
  );
  if (wanted.q.trim() !== '') {
    const digits = readQuery(wanted.q).kind === 'digits';
    return (
      <Empty title={digits ? 'Nobody has these digits' : 'Nobody is called so'} actions={add}>
        {digits
          ? 'Any part of a number is found, however it is written. Fewer digits find more.'
          : 'Names are found by how they begin: a last name, or last name, comma, first name.'}
      </Empty>
    );
  }
  if (isFiltered(wanted)) return <Empty title="No number is like that">Other filters find more.</Empty>;
  return (
    <Empty title="The book is empty" actions={add}>
      Add the first person, or <a href="/console/import">import a file</a>.
    </Empty>
  );
}
