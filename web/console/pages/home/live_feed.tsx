import { useEffect, useState } from 'preact/hooks';
import { useActor } from '../../api/actors.ts';
import { useOwner } from '../../api/owner.ts';
import { api, ask } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { useMay, type Scope } from '../../api/session.ts';
import { useEvents, useLive, type Event } from '../../api/stream.ts';
import { Changes } from '../../design/changes.tsx';
import { Bones, Card, Tag } from '../../design/controls.tsx';
import { Icon } from '../../design/icons.tsx';
import { exact, when } from '../../format/times.ts';
import { addLines, linesAtMost, type Line } from './feed.ts';

const reach = 150;

// What was, from the ledger's end backwards; without audit:read nobody tells where that is, and the feed begins now.
async function recent(may: (scope: Scope) => boolean, signal: AbortSignal): Promise<Event[]> {
  if (!may('audit:read')) return [];
  const { entries } = await ask(api.GET('/audit', { params: { query: { page_size: 1 } }, signal }));
  const after = Math.max(0, (entries[0]?.sequence ?? 0) - reach);
  const page = await ask(
    api.GET('/events', { params: { query: { after, limit: reach } }, headers: { Accept: 'application/json' }, signal }),
  );
  return typeof page === 'string' ? [] : page.events;
}

export function LiveFeed() {
  const may = useMay();
  const live = useLive();
  const first = useRead('feed', (signal) => recent(may, signal));
  const [lines, setLines] = useState<Line[]>([]);
  useEffect(() => {
    if (first.data) setLines((before) => addLines(before, first.data!));
  }, [first.data]);
  useEvents([''], (signal) => {
    if (signal.kind === 'missed') {
      first.refresh();
    } else setLines((before) => addLines(before, signal.events));
  });
  return (
    <Card
      title="As it happens"
      flush
      tools={<span class={live ? 'pulse live soft' : 'pulse soft'}>{live ? 'live' : 'not connected'}</span>}>
      {first.loading && (
        <div class="body">
          <Bones lines={6} />
        </div>
      )}
      {!first.loading && lines.length === 0 && (
        <p class="soft none">Nothing yet. What happens from now on shows here by itself.</p>
      )}
      <ol class="feed" tabIndex={0} aria-label={`The last ${linesAtMost} happenings`}>
        {lines.map((line) => (
          <FeedLine key={line.key} line={line} />
        ))}
      </ol>
    </Card>
  );
}

function FeedLine({ line }: { line: Line }) {
  const actor = useActor(line.actor);
  const who = useOwner(line.phone) ?? line.who;
  const made = line.icon === 'call' || line.icon === 'text';
  return (
    <li>
      <Icon name={line.icon} />
      <div class="grow">
        <p class="told">
          {line.who &&
            (line.href ? (
              <a class="who number" href={line.href}>
                {who}
              </a>
            ) : (
              <span class="who number">{line.who}</span>
            ))}
          <span class="soft">
            {line.told && line.who ? line.what.replace(/^./, (letter) => letter.toLowerCase()) : line.what}
          </span>
          {line.tag && <Tag tone={line.tag[1]}>{line.tag[0]}</Tag>}
          {!made && <span class="quiet">by {actor}</span>}
        </p>
        {line.told && <Changes {...line.told} />}
      </div>
      <time class="quiet figures" dateTime={line.time} title={exact(line.time)}>
        {when(line.time)}
      </time>
    </li>
  );
}
