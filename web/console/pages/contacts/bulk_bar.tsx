// What can be done with those that were chosen: some rows, or all that the filters find.
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';
import { count } from '../../format/numbers.ts';
import { go } from '../../shell/router.ts';
import { allAtMost, collect, stillCalled } from './all_found.ts';
import { csvOf, download, liftDoNotCall, makeDialList, setDoNotCall } from './bulk.ts';
import { readRows, type Row } from './rows.ts';
import { showsPeople, type Wanted } from './wanted.ts';

export type Chosen = { rows: Row[] } | { all: Wanted; total: number };
type Open = 'dial list' | 'do not call' | undefined;

const sizeOf = (chosen: Chosen) => ('rows' in chosen ? chosen.rows.length : chosen.total);
const rowsOf = async (chosen: Chosen, onProgress: (rows: number) => void) =>
  'rows' in chosen ? chosen.rows : collect(chosen.all, onProgress);

async function stopCalling(chosen: Chosen, onProgress: (done: number) => void): Promise<void> {
  const still = 'all' in chosen ? stillCalled(chosen.all) : undefined;
  const rows = still ? await collect(still, () => {}) : await rowsOf(chosen, () => {});
  const { changed, failed } = await setDoNotCall(rows, onProgress);
  const text = `${count(changed.length, 'number')} set to do not call${failed > 0 ? `; ${failed} could not be` : ''}.`;
  say(text, changed.length > 0 ? 'Undo' : undefined, () => void liftDoNotCall(changed).then(() => say('As it was.')));
}

export function BulkBar({ chosen, onClear }: { chosen: Chosen; onClear: () => void }) {
  const may = useMay();
  const [done, setDone] = useState<number>();
  const [open, setOpen] = useState<Open>();
  const size = sizeOf(chosen);
  const all = 'all' in chosen;
  const tooMany = size > allAtMost;
  const counting = (work: () => Promise<void>) => async () => {
    setDone(0);
    await work().finally(() => setDone(undefined));
  };
  const stop = useAction(
    counting(async () => {
      setOpen(undefined);
      await stopCalling(chosen, setDone);
      onClear();
    }),
  );
  const save = useAction(
    counting(async () => {
      download(csvOf(await rowsOf(chosen, setDone)), 'contacts.csv');
      say('The file is in your downloads.');
    }),
  );
  const busy = stop.busy || save.busy;
  const error = stop.error ?? save.error;
  return (
    <div class="bulk" role="region" aria-label="What is chosen">
      <strong class="figures" role="status">
        {done === undefined ? `${all ? 'All ' : ''}${size.toLocaleString('en-US')} chosen` : `${done} of ${size}`}
      </strong>
      {tooMany && <span class="no">Filter down to {allAtMost.toLocaleString('en-US')}</span>}
      {error && <span class="no">{error.message}</span>}
      <Button small disabled={busy || tooMany} busy={save.busy} onClick={() => void save.run()}>
        Export
      </Button>
      {may('reach:write') && (
        <Button small disabled={busy || tooMany} onClick={() => setOpen('dial list')}>
          Dial list
        </Button>
      )}
      {may('contacts:write') && (
        <Button
          small
          tone="danger"
          disabled={busy || tooMany}
          busy={stop.busy}
          onClick={() => (all ? setOpen('do not call') : void stop.run())}>
          Do not call
        </Button>
      )}
      <Button small tone="plain" icon="cross" label="Choose none" onClick={onClear} />
      {open === 'dial list' && <NameList chosen={chosen} onClose={() => setOpen(undefined)} />}
      {open === 'do not call' && 'all' in chosen && (
        <StopAll of={chosen} onClose={() => setOpen(undefined)} onStop={() => void stop.run()} />
      )}
    </div>
  );
}

// How many it is about, as of now: it is counted again while the question stands.
function StopAll({
  of: { all, total },
  onClose,
  onStop,
}: {
  of: { all: Wanted; total: number };
  onClose: () => void;
  onStop: () => void;
}) {
  const still = stillCalled(all);
  const left = useRead(still ? `still-called/${JSON.stringify(still)}` : null, async (signal) =>
    still ? (await readRows(still, { limit: 1, offset: 0 }, signal)).total : 0,
  );
  useFollowed(['contact_number.'], left.refresh);
  const already = left.data === undefined ? 0 : total - left.data;
  const whom = showsPeople(all) ? `all numbers of ${count(total, 'person', 'people')}` : count(left.data ?? total, 'number');
  return (
    <Dialog
      title={`Never call ${whom} again?`}
      onClose={onClose}
      onSubmit={onStop}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="danger" type="submit" disabled={left.data === 0 || (still !== undefined && left.data === undefined)}>
            Do not call
          </Button>
        </>
      }>
      <p>
        Nobody here, and no dial list, will call or text them, until somebody lifts it from each number.
        {already > 0 && ` ${count(already, 'more')} of these ${already === 1 ? 'is' : 'are'} do-not-call already.`}
      </p>
    </Dialog>
  );
}

function NameList({ chosen, onClose }: { chosen: Chosen; onClose: () => void }) {
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState<Schemas['DialListCreate']['purpose']>('care');
  const [read, setRead] = useState<number>();
  const make = useAction(async () => {
    const rows = await rowsOf(chosen, setRead);
    go(`/dial-lists/${await makeDialList(rows, name.trim(), purpose)}`);
  });
  const size = sizeOf(chosen);
  return (
    <Dialog
      title={'rows' in chosen ? 'A dial list of the chosen' : `A dial list of all ${size.toLocaleString('en-US')}`}
      onClose={onClose}
      onSubmit={() => void make.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={make.busy} disabled={name.trim() === ''}>
            Make the list
          </Button>
        </>
      }>
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        placeholder="Recall, November"
        maxLength={64}
        hint="Each person is on it once, as the book is now."
        fault={make.error?.of('name')}
        autofocus
      />
      <SelectField
        label="For"
        value={purpose}
        onChange={setPurpose}
        options={[
          ['care', 'Care'],
          ['service', 'Service'],
          ['marketing', 'Marketing'],
        ]}
      />
      {make.busy && read !== undefined && read < size && (
        <p class="quiet figures">
          {read} of {size}
        </p>
      )}
      {make.error && !make.error.of('name') && <Notice tone="no">{make.error.message}</Notice>}
    </Dialog>
  );
}
