// Files that people have: dropped, read and shown first, then imported; found again while they run.
import { api, ask } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Card, Notice, Tag } from '../../design/controls.tsx';
import { dayAndClock, exact } from '../../format/times.ts';
import type { PageProps } from '../../shell/pages.ts';
import { DropZone } from './drop_zone.tsx';
import { OneImport } from './one_import.tsx';
import { useEvery } from '../../api/every.ts';
import { useSending, type Import } from './sending.ts';
import { bytes } from '../../format/bytes.ts';
import { progressOf, stands } from './words.ts';
import './import.css';

const againMs = 1000;

export default function ImportPage({ id }: PageProps) {
  return id ? <OneImport key={id} id={id} /> : <Imports />;
}

function Imports() {
  const may = useMay();
  const read = useRead('imports', async (signal) => (await ask(api.GET('/imports', { signal }))).imports);
  useFollowed(['import.'], read.refresh);
  useEvery(againMs, read.data?.some(({ status }) => status === 'running' || status === 'uploading') === true, read.refresh);
  return (
    <div class="page">
      <header class="page-head">
        <h1>Import</h1>
        <p class="soft grow">An import adds and fills blanks. It overwrites nothing, and lifts no do-not-call.</p>
      </header>
      <div class="stack">
        {may('contacts:write') ? <DropZone /> : <Notice>Your key may look at imports, not begin one.</Notice>}
        {read.error && <Notice tone="no">{read.error.message}</Notice>}
        {read.loading && <Bones lines={3} />}
        {read.data && read.data.length > 0 && <Lately imports={read.data} />}
        {read.data?.length === 0 && <First />}
      </div>
    </div>
  );
}

function Lately({ imports }: { imports: Import[] }) {
  return (
    <Card title="Lately" flush tools={<span class="quiet">kept for a day, four at most</span>}>
      <p class="soft honest">
        Listed only by the server that took the file, and only until it is restarted. What was imported stays, and Audit tells it.
      </p>
      <ul class="rows imports">
        {imports.map((upload) => (
          <Row key={upload.id} upload={upload} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ upload }: { upload: Import }) {
  const sending = useSending(upload.id);
  const [word, tone] = stands(upload);
  const part = upload.status === 'uploading' ? upload.received / upload.size : progressOf(upload);
  const moves = sending !== undefined || upload.status === 'running';
  return (
    <li>
      <a href={`/console/import/${upload.id}`}>
        <span class="cut strong">{upload.name}</span>
        <Tag tone={tone}>{moves ? `${word}, ${Math.round(part * 100)} %` : word}</Tag>
        <span class="quiet figures size">{bytes(upload.size)}</span>
        <time class="quiet figures" dateTime={upload.created_at} title={exact(upload.created_at)}>
          {dayAndClock(upload.created_at)}
        </time>
      </a>
    </li>
  );
}

function First() {
  return (
    <Card title="What a file should hold">
      <div class="stack">
        <p class="soft">
          A first row with what the columns are, in any order, then a row for each number or each person. Columns that are not
          recognised are asked for. Nothing yet? Begin with this, in any spreadsheet:
        </p>
        <pre class="sample" tabIndex={0} aria-label="A file to begin with">
          {'first_name,last_name,number,phone_type\nJohn,Doe,(585) 298-4455,cell'}
        </pre>
        <p class="soft">From Google Contacts, Outlook or Apple: export, and drop what you get as it is.</p>
      </div>
    </Card>
  );
}
