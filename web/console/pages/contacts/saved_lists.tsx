// Lists that were kept under a name: a strip above the rows, each with its own address; the one that is shown can be renamed,
// changed and deleted.
import { useState } from 'preact/hooks';
import { ApiError, api, ask, tagged, type Schemas } from '../../api/client.ts';
import { useAction } from '../../api/query.ts';
import type { SavedList } from '../../api/saved_lists.ts';
import { useMay } from '../../api/session.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Menu } from '../../design/menu.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';
import { go, setQuery } from '../../shell/router.ts';
import { addressOf, isFiltered, keptOf, sameAs, type Wanted } from './wanted.ts';

const path = (list: SavedList) => ({ saved_list_id: list.id });

// Only what is still as it was shown: nobody's change is written over in silence.
async function change(list: SavedList, body: Schemas['SavedListUpdate']): Promise<void> {
  const now = await tagged(api.GET('/saved-lists/{saved_list_id}', { params: { path: path(list) } }));
  const said = ({ name, filter, sort }: SavedList) => JSON.stringify([name, filter, sort]);
  if (said(now.data) !== said(list))
    throw new ApiError(412, 'precondition_failed', `Changed meanwhile: it is “${now.data.name}”. Look at it first.`, [], '');
  await ask(api.PATCH('/saved-lists/{saved_list_id}', { params: { path: path(list), header: { 'If-Match': now.etag } }, body }));
}

const keeps = (wanted: Wanted) =>
  isFiltered(wanted) || wanted.q.trim() !== '' || wanted.sort !== 'newest' || wanted.view !== 'numbers';

export function SavedLists({ lists, active, wanted }: { lists: SavedList[]; active: SavedList | undefined; wanted: Wanted }) {
  const may = useMay();
  const [asked, setAsked] = useState<'rename' | 'delete'>();
  if (lists.length === 0) return null;
  const close = () => setAsked(undefined);
  const here = (on: boolean) => (on ? 'page' : undefined);
  return (
    <div class="saved">
      <nav aria-label="Saved lists">
        <a href="/console/contacts" aria-current={here(!active && !keeps(wanted))}>
          All
        </a>
        {lists.map((list) => (
          <a key={list.id} href={`/console${addressOf(list)}`} aria-current={here(list.id === active?.id)} title={list.name}>
            {list.name}
          </a>
        ))}
      </nav>
      {active && may('contacts:write') && (
        <Menu label={`More of ${active.name}`}>
          <li>
            <button type="button" onClick={() => setAsked('rename')}>
              Rename
            </button>
          </li>
          <li>
            <button type="button" class="danger" onClick={() => setAsked('delete')}>
              Delete the list
            </button>
          </li>
        </Menu>
      )}
      {asked === 'rename' && active && <Rename list={active} onClose={close} />}
      {asked === 'delete' && active && <Delete list={active} onClose={close} />}
    </div>
  );
}

// What is shown and is on no list: it can be kept, or take the place of what the list was.
export function KeepList({ lists, active, wanted }: { lists: SavedList[]; active: SavedList | undefined; wanted: Wanted }) {
  const may = useMay();
  const [naming, setNaming] = useState(false);
  const put = useAction(async (list: SavedList) => {
    const { filter, sort } = keptOf(wanted);
    await change(list, { filter, sort });
    say(`“${list.name}” lists these now.`);
  });
  if (!may('contacts:write') || !keeps(wanted) || lists.some((list) => sameAs(list, wanted))) return null;
  return (
    <div class="keep">
      {active && active.of === keptOf(wanted).of && (
        <Button small busy={put.busy} onClick={() => void put.run(active)}>
          Save changes
        </Button>
      )}
      <Button small tone="plain" icon="plus" onClick={() => setNaming(true)}>
        Save this list…
      </Button>
      {put.error && (
        <span class="no" role="alert">
          {put.error.message}
        </span>
      )}
      {naming && <NameIt wanted={wanted} onClose={() => setNaming(false)} />}
    </div>
  );
}

function NameIt({ wanted, onClose }: { wanted: Wanted; onClose: () => void }) {
  const save = useAction(async (name: string) => {
    const made = await ask(api.POST('/saved-lists', { body: { name, ...keptOf(wanted) } }));
    onClose();
    go(addressOf(made), true);
    say(`“${made.name}” is kept. Everybody of the account sees it.`);
  });
  return <Naming title="Save this list" button="Save" action={save} was="" onClose={onClose} />;
}

function Rename({ list, onClose }: { list: SavedList; onClose: () => void }) {
  const rename = useAction(async (name: string) => {
    await change(list, { name });
    onClose();
    say(`It is “${name}” now.`);
  });
  return <Naming title={`Rename “${list.name}”`} button="Rename" action={rename} was={list.name} onClose={onClose} />;
}

function Naming({
  title,
  button,
  action,
  was,
  onClose,
}: {
  title: string;
  button: string;
  action: ReturnType<typeof useAction<[string]>>;
  was: string;
  onClose: () => void;
}) {
  const [name, setName] = useState(was);
  const taken = action.error?.code === 'already_exists';
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void action.run(name.trim())}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={action.busy} disabled={name.trim() === '' || name.trim() === was}>
            {button}
          </Button>
        </>
      }>
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        placeholder="Cells to verify"
        maxLength={64}
        hint="It keeps the filters and the order, not the people: who fits tomorrow is on it tomorrow."
        fault={taken ? 'A list is called so already' : action.error?.of('name')}
        autofocus
      />
      {action.error && !taken && !action.error.of('name') && <Notice tone="no">{action.error.message}</Notice>}
    </Dialog>
  );
}

function Delete({ list, onClose }: { list: SavedList; onClose: () => void }) {
  const remove = useAction(async () => {
    await ask(api.DELETE('/saved-lists/{saved_list_id}', { params: { path: path(list) } }));
    onClose();
    setQuery({ list: undefined });
    say(`“${list.name}” is deleted.`);
  });
  return (
    <Dialog
      title={`Delete “${list.name}”?`}
      onClose={onClose}
      onSubmit={() => void remove.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="danger" type="submit" busy={remove.busy}>
            Delete
          </Button>
        </>
      }>
      <p>The list goes for everybody of the account. The people and numbers on it stay.</p>
      {remove.error && <Notice tone="no">{remove.error.message}</Notice>}
    </Dialog>
  );
}
