import { useState } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { lineName, useLines, type Line } from '../../api/lines.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Empty, Notice } from '../../design/controls.tsx';
import { Menu } from '../../design/menu.tsx';
import { say } from '../../design/toast.tsx';
import { count } from '../../format/numbers.ts';
import { AgentDialog } from './agent_dialog.tsx';
import { addressOf, kindNames, type Agent } from './answer.ts';
import './agents.css';

export default function Agents() {
  const may = useMay();
  const read = useRead(
    'agents',
    async (signal) => (await ask(api.GET('/ai_agents', { params: { query: { page_size: 100 } }, signal }))).ai_agents,
  );
  const { lines, refresh } = useLines();
  useFollowed(['ai_agent.', 'line.'], () => {
    read.refresh();
    refresh();
  });
  const [open, setOpen] = useState<Agent | 'new'>();
  const add = may('lines:write') && (
    <Button tone="main" icon="plus" onClick={() => setOpen('new')}>
      New agent
    </Button>
  );
  return (
    <div class="page">
      <header class="page-head">
        <h1>Agents</h1>
        <p class="soft figures grow">{read.data && count(read.data.length, 'agent')}</p>
        {add}
      </header>
      {read.error && <Notice tone="no">{read.error.message}</Notice>}
      <section class="card" aria-label="Agents">
        {read.loading && (
          <div class="bones-body">
            <Bones lines={4} />
          </div>
        )}
        {read.data?.length === 0 && (
          <Empty title="No agent yet" actions={add}>
            An agent answers lines: a stream of audio, a SIP address, or a URL that is asked.
          </Empty>
        )}
        <ul class="rows agents">
          {read.data?.map((agent) => (
            <Row key={agent.agent_id} agent={agent} lines={lines ?? []} onEdit={() => setOpen(agent)} onGone={read.refresh} />
          ))}
        </ul>
      </section>
      {open && (
        <AgentDialog agent={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} onSaved={read.refresh} />
      )}
    </div>
  );
}

function Row({ agent, lines, onEdit, onGone }: { agent: Agent; lines: Line[]; onEdit: () => void; onGone: () => void }) {
  const may = useMay();
  const used = lines.filter((line) => line.ai_agent_id === agent.agent_id || line.outbound_ai_agent_id === agent.agent_id);
  const remove = useAction(async () => {
    await ask(api.DELETE('/ai_agents/{agent_id}', { params: { path: { agent_id: agent.agent_id } } }));
    say(`${agent.agent_name} is gone.`);
    onGone();
  });
  return (
    <li>
      <div class="cells">
        <span>
          <strong>{agent.agent_name}</strong>
          <br />
          <code class="quiet">{agent.agent_id}</code>
        </span>
        <span class="soft answers">
          {kindNames[agent.answer?.type ?? 'none']}
          <br />
          <span class="quiet cut">{addressOf(agent.answer)}</span>
        </span>
        <span class="soft uses">
          {used.length === 0 ? (
            <span class="quiet">answers no line</span>
          ) : (
            used.map((line) => (
              <a key={line.id} href={`/console/lines/${line.id}`}>
                {lineName(line)}
              </a>
            ))
          )}
        </span>
        <span class="end">
          {may('lines:write') && (
            <Menu label={`More about ${agent.agent_name}`}>
              <li>
                <button type="button" onClick={onEdit}>
                  Change
                </button>
              </li>
              <li>
                <button type="button" class="danger" onClick={() => void remove.run()}>
                  Delete
                </button>
              </li>
            </Menu>
          )}
        </span>
        {remove.error && (
          <div class="wide">
            <Notice tone="no">
              {remove.error.code === 'agent_in_use'
                ? `It answers ${count(used.length, 'line')}: give those another agent first.`
                : remove.error.message}
            </Notice>
          </div>
        )}
      </div>
    </li>
  );
}
