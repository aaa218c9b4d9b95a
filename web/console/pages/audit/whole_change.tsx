// One entry with all that it holds, and how it came, at an address of its own.
import { api, ask } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { Bones, Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { fieldLabel, tell, valueText } from '../../format/sentences.ts';
import { How } from './how.tsx';
import type { Entry } from './ledger.ts';
import { hrefOf } from './row.tsx';

export function WholeChange({ sequence, onClose }: { sequence: number; onClose: () => void }) {
  const read = useRead(`ledger/${sequence}`, async (signal) => {
    const { entries } = await ask(api.GET('/audit', { signal, params: { query: { before: sequence + 1, page_size: 1 } } }));
    return entries[0]?.sequence === sequence ? entries[0] : undefined;
  });
  const entry = read.data;
  return (
    <Dialog
      title={entry ? tell(entry).what : `Change ${sequence}`}
      onClose={onClose}
      footer={entry && hrefOf(entry) && <Button href={hrefOf(entry)!}>Show whose it is</Button>}>
      {read.error && <Notice tone="no">{read.error.message}</Notice>}
      {read.loading && <Bones lines={4} />}
      {!read.loading && !read.error && !entry && <p class="soft">There is no change of this number.</p>}
      {entry && <Whole entry={entry} />}
    </Dialog>
  );
}

function Whole({ entry }: { entry: Entry }) {
  return (
    <>
      <How entry={entry} />
      <h3>What changed</h3>
      <dl class="pairs whole-change changes">
        {Object.entries(entry.changes).map(([field, change]) => (
          <>
            <dt>{fieldLabel(field)}</dt>
            <dd>
              {'is' in change ? (
                <>
                  {change.was !== null && <s>{valueText(change.was, field)}</s>} <ins>{valueText(change.is, field)}</ins>
                </>
              ) : (
                'changed; it is a secret'
              )}
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}
