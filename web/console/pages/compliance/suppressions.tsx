import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Card, Empty, Notice, Switch, Tag } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';
import { count, formatNumber } from '../../format/numbers.ts';
import { dayAndClock } from '../../format/times.ts';
import { Pager, useOffset } from '../../parts/pager.tsx';
import { setQuery, usePlace } from '../../shell/router.ts';

const pageSize = 50;

export function Suppressions() {
  const may = useMay();
  const { query } = usePlace();
  const offset = useOffset();
  const number = query.get('number') || undefined;
  const [adding, setAdding] = useState(false);
  const read = useRead(`suppressions/${offset}/${number}`, (signal) =>
    ask(api.GET('/api/v2/suppressions', { signal, params: { query: { limit: pageSize, offset, number } } })),
  );
  useFollowed(['suppression.'], read.refresh);
  const lift = useAction(async (number: string) => {
    await ask(api.DELETE('/api/v2/suppressions/{number}', { params: { path: { number } } }));
    say(`${formatNumber(number)} may be reached again. The ledger keeps that it was not.`);
    read.refresh();
  });
  const total = read.data?.pagination.total_items;
  return (
    <Card
      title={total === undefined ? 'Suppressed numbers' : count(total, 'number')}
      flush
      tools={
        <>
          <input
            class="input of-number"
            data-search
            type="search"
            aria-label="Of this number"
            placeholder="A whole phone number"
            value={number ?? ''}
            onChange={(event) => setQuery({ number: event.currentTarget.value.trim(), offset: undefined })}
          />
          {may('reach:write') && (
            <Button tone="plain" small icon="plus" onClick={() => setAdding(true)}>
              Suppress a number
            </Button>
          )}
        </>
      }>
      {(read.error ?? lift.error) && (
        <div class="body">
          <Notice tone="no">{(read.error ?? lift.error)!.details[0]?.message ?? (read.error ?? lift.error)!.message}</Notice>
        </div>
      )}
      {read.loading && (
        <div class="bones-body">
          <Bones lines={4} />
        </div>
      )}
      {total === 0 &&
        (number ? (
          <Empty title="It is not suppressed">Nobody asked that this number be left alone.</Empty>
        ) : (
          <Empty title="Nobody asked not to be reached">Whoever answers STOP to a text is added here by itself.</Empty>
        ))}
      <ul class="rows suppressed">
        {read.data?.data.map((one) => (
          <li key={one.number}>
            <div class="cells">
              <span class="number strong">{formatNumber(one.number)}</span>
              <span class="tags">
                {one.channels.map((channel) => (
                  <Tag key={channel} tone="no">
                    no {channel === 'call' ? 'calls' : 'texts'}
                  </Tag>
                ))}
              </span>
              <span class="soft cut">{(one.text ?? one.call)?.reason}</span>
              <time class="quiet figures">{dayAndClock(one.created_at)}</time>
              <span class="end">
                {may('admin') && (
                  <Button tone="plain" small onClick={() => void lift.run(one.number)}>
                    Lift
                  </Button>
                )}
              </span>
            </div>
          </li>
        ))}
      </ul>
      <Pager offset={offset} pageSize={pageSize} total={total} />
      {adding && <Suppress onClose={() => setAdding(false)} onSaved={read.refresh} />}
    </Card>
  );
}

function Suppress({ onClose, onSaved }: { onClose: () => void; onSaved: () => void }) {
  const [number, setNumber] = useState('');
  const [reason, setReason] = useState('');
  const [calls, setCalls] = useState(true);
  const [texts, setTexts] = useState(true);
  const save = useAction(async () => {
    const channels: Schemas['Channel'][] = [...(calls ? ['call' as const] : []), ...(texts ? ['text' as const] : [])];
    await ask(api.POST('/api/v2/suppressions', { body: { number, reason, channels } }));
    onSaved();
    onClose();
  });
  return (
    <Dialog
      title="Suppress a number"
      onClose={onClose}
      onSubmit={() => void save.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={save.busy} disabled={number.trim() === '' || (!calls && !texts)}>
            Suppress
          </Button>
        </>
      }>
      <TextField
        label="Number"
        mode="tel"
        value={number}
        onInput={setNumber}
        fault={save.error?.of('number')}
        autofocus
        hint="Of anybody, in the book or not."
      />
      <TextField
        label="Why"
        value={reason}
        onInput={setReason}
        fault={save.error?.of('reason')}
        placeholder="By letter, 12 November"
        maxLength={200}
      />
      <div class="row">
        <Switch checked={calls} onChange={setCalls}>
          No calls
        </Switch>
        <Switch checked={texts} onChange={setTexts}>
          No texts
        </Switch>
      </div>
      {save.error && save.error.details.length === 0 && <Notice tone="no">{save.error.message}</Notice>}
    </Dialog>
  );
}
