// One import, at whichever step it stands: arriving, read, being imported, done.
import { useEffect } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Card, Empty, Notice, Tag } from '../../design/controls.tsx';
import { say } from '../../design/toast.tsx';
import { count } from '../../format/numbers.ts';
import { dayAndClock } from '../../format/times.ts';
import { go } from '../../shell/router.ts';
import { FileButton } from './drop_zone.tsx';
import { useEvery } from '../../api/every.ts';
import { Done } from './done.tsx';
import { Rehearsed } from './rehearsed.tsx';
import { goOn, useSending, type Import } from './sending.ts';
import { bytes } from '../../format/bytes.ts';
import { progressOf, stands } from './words.ts';

const againMs = 300;

export function OneImport({ id }: { id: string }) {
  const may = useMay();
  const path = { params: { path: { import_id: id } } };
  const read = useRead(`import/${id}`, (signal) => ask(api.GET('/imports/{import_id}', { ...path, signal })));
  const sending = useSending(id);
  const upload = read.data;
  useFollowed(['import.'], read.refresh);
  // Once it has arrived, how it stands is another matter.
  useEffect(read.refresh, [sending === undefined]);
  useEvery(againMs, upload?.status === 'running' || (upload !== undefined && sending !== undefined), read.refresh);
  const remove = useAction(async () => {
    await ask(api.DELETE('/imports/{import_id}', path));
    say(upload?.status === 'running' ? 'Stopped. What was imported stays.' : 'It is off the list.');
    go('/import');
  });
  if (read.error?.status === 404)
    return (
      <Empty page title="This import is gone" actions={<Button href="/console/import">To the imports</Button>}>
        Files are kept for a day, or until Linebook is started again. What was imported stays; Audit tells it.
      </Empty>
    );
  const [word, tone] = upload ? stands(upload) : ['', undefined];
  return (
    <div class="page">
      <header class="page-head">
        <div class="grow">
          <p class="crumb">
            <a href="/console/import">Import</a>
          </p>
          <h1 class="name">{upload?.name ?? 'Import'}</h1>
        </div>
        {upload && (
          <>
            <span class="quiet figures">
              {bytes(upload.size)}, {dayAndClock(upload.created_at)}
            </span>
            <Tag tone={tone}>{word}</Tag>
            {may('contacts:write') && (
              <Button tone="plain" small busy={remove.busy} onClick={() => void remove.run()}>
                {upload.status === 'running' ? 'Stop' : isDone(upload) ? 'Off the list' : 'Delete the file'}
              </Button>
            )}
          </>
        )}
      </header>
      <div class="stack">
        {(read.error ?? remove.error) && <Notice tone="no">{(read.error ?? remove.error)?.message}</Notice>}
        {!upload && !read.error && <Bones lines={4} />}
        {upload && <Step upload={upload} onChange={read.set} />}
      </div>
    </div>
  );
}

const isDone = ({ status, run }: Import) => status === 'finished' && run?.dry_run === false;

function Step({ upload, onChange }: { upload: Import; onChange: (upload: Import) => void }) {
  if (upload.status === 'uploading') return <Arriving upload={upload} />;
  if (upload.status === 'running') return <Running upload={upload} />;
  if (upload.run?.dry_run === false) return <Done upload={upload} run={upload.run} />;
  return <Rehearsed key={`${upload.run === null}`} upload={upload} onRun={onChange} />;
}

function Bar({ label, part }: { label: string; part: number }) {
  return <progress class="bar" aria-label={label} max={100} value={Math.round(part * 100)} />;
}

function Arriving({ upload }: { upload: Import }) {
  const sending = useSending(upload.id);
  const sent = sending?.sent ?? upload.received;
  const stopped = sending === undefined || sending.fault !== undefined;
  return (
    <Card title={stopped ? 'It broke off' : 'Arriving'}>
      <div class="stack">
        <Bar label="Sent" part={sent / upload.size} />
        <p class="soft figures">
          {bytes(sent)} of {bytes(upload.size)}.{' '}
          {stopped ? 'Choose the same file to go on from there.' : 'Other pages can be used meanwhile; leave this tab open.'}
        </p>
        {sending?.fault && <Notice tone="no">{sending.fault}</Notice>}
        {stopped && <Again upload={upload} />}
      </div>
    </Card>
  );
}

function Again({ upload }: { upload: Import }) {
  const take = useAction(async (files: FileList) => {
    const file = files[0]!;
    if (file.size === upload.size) goOn(upload, file);
    else say(`That is another file: this one has ${upload.size.toLocaleString('en-US')} bytes.`);
  });
  return (
    <p class="row">
      <FileButton main onChoose={(files) => void take.run(files)}>
        Choose the file again
      </FileButton>
    </p>
  );
}

function Running({ upload }: { upload: Import }) {
  const { dry_run, progress, rejects } = upload.run!;
  return (
    <Card title={dry_run ? 'Being read' : 'Being imported'}>
      <div class="stack">
        <Bar label={dry_run ? 'Read' : 'Imported'} part={progressOf(upload)} />
        <p class="soft figures" role="status">
          {count(progress.items, (progress.unit ?? 'rows').replace(/s$/, ''))} so far
          {rejects > 0 && `, ${rejects.toLocaleString('en-US')} not taken`}.{' '}
          {dry_run ? 'Nothing is changed.' : 'You can leave: it goes on, and is found again under Import.'}
        </p>
      </div>
    </Card>
  );
}
