// Who may do what here: keys of programs and of people. A token is shown once, when its key is made.
import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { usePages } from '../../api/pages.ts';
import { useAction } from '../../api/query.ts';
import { useSession } from '../../api/session.ts';
import { Bones, Button, Card, Notice, Tag } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { More } from '../../design/more.tsx';
import { say } from '../../design/toast.tsx';
import { momentOf, exact, when } from '../../format/times.ts';
import { NewKey } from './new_key.tsx';
import { scopesInWords } from './scopes.ts';

type Key = Schemas['Key'];

export function Keys() {
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Key>();
  const pages = usePages('keys', async (page_token, signal) => {
    const page = await ask(api.GET('/keys', { signal, params: { query: { page_token, page_size: 50 } } }));
    return { items: page.keys, next: page.next_page_token };
  });
  useFollowed(['api_key.'], pages.refresh);
  return (
    <>
      <Card
        title="Keys"
        flush
        tools={
          <Button tone="plain" small icon="plus" onClick={() => setAdding(true)}>
            New key
          </Button>
        }>
        {pages.error && (
          <div class="body">
            <Notice tone="no">{pages.error.message}</Notice>
          </div>
        )}
        {!pages.items && !pages.error && (
          <div class="body">
            <Bones lines={3} />
          </div>
        )}
        <ul class="rows keys">
          {pages.items?.map((key) => (
            <Row key={key.id} it={key} onRevoke={() => setEnding(key)} />
          ))}
        </ul>
        <More when={pages.more} load={pages.loadMore} />
      </Card>
      {adding && <NewKey onClose={() => setAdding(false)} onMade={pages.refresh} />}
      {ending && <Revoke it={ending} onClose={() => setEnding(undefined)} onDone={pages.refresh} />}
    </>
  );
}

const standing = { active: ['works', 'ok'], expired: ['over', 'wait'], revoked: ['revoked', undefined] } as const;

function Row({ it, onRevoke }: { it: Key; onRevoke: () => void }) {
  const session = useSession();
  const [word, tone] = standing[it.status];
  return (
    <li>
      <div class={it.status === 'active' ? 'cells' : 'cells quiet'}>
        <span class="cut">
          <span class="strong">{it.name}</span> {it.id === session.key.id && <Tag tone="accent">yours</Tag>}
        </span>
        <span class="soft cut scopes" title={it.scopes.join(', ')}>
          {scopesInWords(it.scopes)}
        </span>
        <span class="quiet figures used" title={it.last_used_at ? exact(it.last_used_at) : undefined}>
          {it.last_used_at ? `used ${when(it.last_used_at)}` : 'never used'}
        </span>
        <Tag tone={tone}>{it.status === 'active' && it.expires_at ? `until ${momentOf(it.expires_at)}` : word}</Tag>
        {it.status === 'active' ? (
          <Button tone="plain" small onClick={onRevoke} label={`Revoke ${it.name}`}>
            Revoke
          </Button>
        ) : (
          <span />
        )}
      </div>
    </li>
  );
}

function Revoke({ it, onClose, onDone }: { it: Key; onClose: () => void; onDone: () => void }) {
  const session = useSession();
  const revoke = useAction(async () => {
    await ask(api.DELETE('/keys/{key_id}', { params: { path: { key_id: it.id } } }));
    say(`${it.name} does not work any more.`);
    onClose();
    onDone();
  });
  return (
    <Dialog
      title={`Revoke ${it.name}?`}
      onClose={onClose}
      onSubmit={() => void revoke.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="danger" type="submit" busy={revoke.busy}>
            Revoke it
          </Button>
        </>
      }>
      <p class="soft">
        It stops working within a second, and everybody who signed in with it is signed out. It cannot be taken back; make a new
        key instead.
      </p>
      {it.id === session.key.id && (
        <Notice tone="wait">It is the key that you are signed in with: you are signed out, too.</Notice>
      )}
      {revoke.error && <Notice tone="no">{revoke.error.message}</Notice>}
    </Dialog>
  );
}
