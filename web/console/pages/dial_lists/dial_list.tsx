import { useEffect } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Card, Empty, Notice, Tag } from '../../design/controls.tsx';
import { Menu } from '../../design/menu.tsx';
import { count } from '../../format/numbers.ts';
import type { PageProps } from '../../shell/pages.ts';
import { Entries } from './entries.tsx';
import { Progress } from './progress.tsx';
import { listWords } from './words.ts';
import './dial_lists.css';

const againMs = 5000;

export default function DialListPage({ id = '' }: PageProps) {
  const may = useMay();
  const path = { params: { path: { list_id: id } } };
  const read = useRead(`dial-list/${id}`, (signal) => ask(api.GET('/dial-lists/{list_id}', { ...path, signal })));
  useFollowed(['dial_list.', 'call.'], read.refresh);
  // Windows open and leases end by the clock, which is no event.
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) read.refresh();
    }, againMs);
    return () => clearInterval(timer);
  }, []);
  const act = useAction(async (deed: 'pause' | 'resume' | 'stop') => {
    await ask(
      deed === 'pause'
        ? api.POST('/dial-lists/{list_id}/pause', path)
        : deed === 'resume'
          ? api.POST('/dial-lists/{list_id}/resume', path)
          : api.POST('/dial-lists/{list_id}/stop', path),
    );
    read.refresh();
  });
  const list = read.data;
  useEffect(() => {
    if (list) document.title = `${list.name} · Linebook`;
  }, [list?.name]);
  if (read.error?.status === 404)
    return <Empty page title="There is no such list" actions={<Button href="/console/dial-lists">To dial lists</Button>} />;
  if (!list) return <div class="page">{read.error ? <Notice tone="no">{read.error.message}</Notice> : <Bones lines={5} />}</div>;
  const [word, tone] = listWords[list.status];
  const open = list.status === 'running' || list.status === 'paused';
  return (
    <div class="page">
      <header class="page-head">
        <div class="grow">
          <p class="crumb">
            <a href="/console/dial-lists">Dial lists</a> / for {list.purpose}
          </p>
          <h1>{list.name}</h1>
        </div>
        {may('reach:write') && open && (
          <div class="row">
            {list.status === 'running' ? (
              <Button busy={act.busy} onClick={() => void act.run('pause')}>
                Pause
              </Button>
            ) : (
              <Button
                tone={list.dialer === 'linebook' ? 'main' : undefined}
                busy={act.busy}
                onClick={() => void act.run('resume')}>
                Resume
              </Button>
            )}
            {list.dialer === 'pull' && (
              <Button tone="main" icon="line" href={`/console/dial-lists/${list.id}/dial`}>
                Dial
              </Button>
            )}
          </div>
        )}
        <Menu label="More about the list">
          <li>
            <a href={`/dial-lists/${list.id}/export?format=csv`} download>
              Export as CSV
            </a>
          </li>
          <li>
            <a href={`/dial-lists/${list.id}/export?format=vicidial`} download>
              Export for ViciDial
            </a>
          </li>
          {may('reach:write') && open && (
            <li>
              <button type="button" class="danger" onClick={() => void act.run('stop')}>
                Stop for good
              </button>
            </li>
          )}
        </Menu>
      </header>
      {act.error && <Notice tone="no">{act.error.message}</Notice>}
      <div class="stack">
        <Card
          title={
            <span class="row">
              {count(list.entries, 'person', 'people')}
              <Tag tone={tone}>{word}</Tag>
            </span>
          }
          tools={
            <span class="soft">
              {list.dialer === 'linebook' ? `Linebook dials, ${list.calls_at_once} at once` : 'people dial'}, at most{' '}
              {count(list.max_attempts, 'try', 'tries')}
            </span>
          }>
          {list.filling && <Notice>Still being filled: more people come.</Notice>}
          <Progress list={list} />
        </Card>
        <Entries listId={list.id} />
      </div>
    </div>
  );
}
