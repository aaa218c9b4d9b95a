// What would happen: how the file was read, which can be put right, what cannot be taken, and the one button that imports it.
import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useAction } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Button, Card, Notice } from '../../design/controls.tsx';
import { Counts } from './counts.tsx';
import { HowRead } from './how_read.tsx';
import { Rejects } from './rejects.tsx';
import type { Import } from './sending.ts';
import { asUnderstood, understand } from './understanding.ts';
import { changes } from './words.ts';

type Wish = Schemas['ImportRunRequest'];

export function Rehearsed({ upload, onRun }: { upload: Import; onRun: (upload: Import) => void }) {
  const may = useMay();
  const found = understand(upload.run);
  const path = { params: { path: { import_id: upload.id } } };
  const run = useAction(async (wish: Wish) => {
    onRun(await ask(api.POST('/imports/{import_id}/run', { ...path, body: wish })));
  });
  const [changed, setChanged] = useState(false);
  const error = run.error && <Notice tone="no">{run.error.details[0]?.message ?? run.error.message}</Notice>;
  if (upload.run === null)
    return (
      <Card title="Here, not read yet">
        <div class="stack">
          {error}
          <p class="row">
            <Button tone="main" busy={run.busy} onClick={() => void run.run({ dry_run: true })}>
              Read it
            </Button>
          </p>
        </div>
      </Card>
    );
  // What was rehearsed is what is imported: nothing is recognised anew.
  const same: Wish = { dry_run: false, columns: asUnderstood(found.columns) };
  if (found.encoding) same.encoding = found.encoding;
  if (found.separator) same.separator = found.separator;
  if (upload.kind !== 'fhir') same.people = found.people;
  const understood = upload.status === 'finished';
  const total = changes(upload.run);
  return (
    <>
      {error}
      {understood ? (
        <Card title="What would happen">
          <div class="stack">
            <Counts run={upload.run} />
            <div class="row">
              {may('contacts:write') && total > 0 && (
                <Button tone="main" busy={run.busy} disabled={changed} onClick={() => void run.run(same)}>
                  Import it
                </Button>
              )}
              <p class="soft grow">
                {changed
                  ? 'Read it again first: how it is read was changed.'
                  : total > 0
                    ? 'There is no undo. It overwrites nothing, so that importing a file twice does nothing the second time.'
                    : 'It would change nothing.'}
              </p>
            </div>
          </div>
        </Card>
      ) : (
        <Notice tone="no">
          {found.columns.length > 0
            ? 'Not all columns are understood: say below what they are, or leave them out.'
            : `Nothing could be made of it: ${found.fault ?? 'it does not say why.'}`}
        </Notice>
      )}
      {upload.kind !== 'fhir' && (
        <HowRead
          upload={upload}
          found={found}
          busy={run.busy}
          onChange={() => setChanged(true)}
          onRead={(wish) => {
            setChanged(false);
            void run.run({ ...wish, dry_run: true });
          }}
        />
      )}
      <Rejects upload={upload} faults={found.faults} />
    </>
  );
}
