// The rows that are not taken, each with what is wrong with it; all of them as a file for whoever mends them.
import { useState } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { Bones, Button, Card, Notice, Tag } from '../../design/controls.tsx';
import type { Import } from './sending.ts';
import { rowsOf } from './table.ts';
import type { Understanding } from './understanding.ts';

const shownAtFirst = 20;

export function Rejects({ upload, faults }: { upload: Import; faults: Understanding['faults'] }) {
  const [shown, setShown] = useState(shownAtFirst);
  const total = upload.run?.rejects ?? 0;
  const key = `rejects/${upload.id}/${upload.run?.dry_run}/${total}/${upload.run?.messages.length}`;
  const read = useRead(total > 0 ? key : null, async (signal) => {
    const path = { import_id: upload.id };
    const csv = await ask(api.GET('/imports/{import_id}/rejects', { params: { path }, signal, parseAs: 'text' }));
    return rowsOf(csv).slice(1);
  });
  if (total === 0) return null;
  const file = `${upload.name.replace(/\.[^.]*$/, '')}-rejects.csv`;
  return (
    <Card
      title={
        <>
          Not taken <span class="figures quiet">{total.toLocaleString('en-US')}</span>
        </>
      }
      flush
      tools={
        <a class="button small" href={`/imports/${upload.id}/rejects`} download={file}>
          Download them
        </a>
      }>
      <div class="body stack">
        <p class="soft">Mend these rows in your file and drop it again: what is in the book already is passed over.</p>
        {faults.length > 1 && (
          <p class="told">
            {faults.map(({ rows, what }) => (
              <Tag key={what} tone="no">
                {rows.toLocaleString('en-US')} × {what}
              </Tag>
            ))}
          </p>
        )}
        {read.error && <Notice tone="no">{read.error.message}</Notice>}
        {read.loading && <Bones lines={4} />}
      </div>
      {read.data && (
        <div class="scrolls" tabIndex={0} role="region" aria-label="Rows that are not taken">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Row</th>
                <th scope="col">Line</th>
                <th scope="col">What is wrong with it</th>
              </tr>
            </thead>
            <tbody>
              {read.data.slice(0, shown).map(([row, line, , id, message], at) => (
                <tr key={at}>
                  <td class="figures">{row}</td>
                  <td class="figures quiet">{line}</td>
                  <td>
                    {message} {id && <code class="quiet">{id}</code>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {read.data && read.data.length > shown && (
        <div class="more">
          <Button tone="plain" small onClick={() => setShown(shown * 4)}>
            Show more
          </Button>
        </div>
      )}
    </Card>
  );
}
