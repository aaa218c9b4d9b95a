import { useState } from 'preact/hooks';
import { useFollowed } from '../../api/follow.ts';
import { lineName, useLines, type Line } from '../../api/lines.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Empty, Notice, Tag } from '../../design/controls.tsx';
import { Missing } from '../../design/missing.tsx';
import { count, formatNumber } from '../../format/numbers.ts';
import type { PageProps } from '../../shell/pages.ts';
import { usePlace } from '../../shell/router.ts';
import { useAgents } from './agents.ts';
import { fits, LineFilters } from './line_filters.tsx';
import { LineDetail } from './line_detail.tsx';
import { NewLine } from './new_line.tsx';
import { providerNames, statusWords } from './words.ts';
import './lines.css';

export default function Lines({ id }: PageProps) {
  const may = useMay();
  const { lines, error, refresh } = useLines();
  const { agents, options } = useAgents();
  const [adding, setAdding] = useState(false);
  useFollowed(['line.'], refresh);
  const open = lines?.find((line) => line.id === id);
  const missing = id !== undefined && lines !== undefined && !open;
  const { query } = usePlace();
  const shown = lines?.filter((line) => fits(line, query));
  const search = query.size > 0 ? `?${query}` : '';
  return (
    <div class="page wide">
      <header class="page-head">
        <h1>Lines</h1>
        <p class="soft figures grow">{lines && count(lines.length, 'line')}</p>
        {may('lines:write') && (
          <Button tone="main" icon="plus" onClick={() => setAdding(true)}>
            New line
          </Button>
        )}
      </header>
      {error && <Notice tone="no">{error}</Notice>}
      {lines && lines.length > 1 && <LineFilters agents={options} />}
      <div class={open || missing ? 'with-side' : ''}>
        <section class="card" aria-label="Lines">
          {!lines && !error && (
            <div class="bones-body">
              <Bones lines={5} />
            </div>
          )}
          {lines?.length === 0 && (
            <Empty
              title="No line yet"
              actions={
                may('lines:write') && (
                  <Button tone="main" icon="plus" onClick={() => setAdding(true)}>
                    New line
                  </Button>
                )
              }>
              A line is a number of yours and who answers it. Take one from the pool, from Twilio, or bring your own trunk.
            </Empty>
          )}
          {lines && lines.length > 0 && shown?.length === 0 && (
            <Empty title="No line is like that" actions={<Button href="/console/lines">All lines</Button>} />
          )}
          <ul class="rows lines">
            {shown?.map((line) => (
              <Row
                key={line.id}
                line={line}
                agent={agents.find((agent) => agent.agent_id === line.ai_agent_id)?.agent_name}
                chosen={line.id === id}
                search={search}
              />
            ))}
          </ul>
        </section>
        {missing && <Missing what="line" back="/console/lines" />}
        {open && <LineDetail key={open.id} line={open} agents={options} onChange={refresh} />}
      </div>
      {adding && <NewLine agents={options} onClose={() => setAdding(false)} onMade={refresh} />}
    </div>
  );
}

function Row({ line, agent, chosen, search }: { line: Line; agent: string | undefined; chosen: boolean; search: string }) {
  const [word, tone] = statusWords[line.status];
  return (
    <li>
      <a href={`/console/lines/${line.id}${search}`} aria-current={chosen ? 'true' : undefined}>
        <span class="number strong">{formatNumber(line.phone_number ?? '…')}</span>
        <span class="cut">{line.name ?? <span class="quiet">no name</span>}</span>
        <span class="soft cut who">
          {agent ? (
            `answered by ${agent}`
          ) : line.fallback_destination ? (
            'goes to its fallback'
          ) : (
            <span class="state wait">nobody answers</span>
          )}
        </span>
        <span class="quiet provider">{providerNames[line.provider]}</span>
        <span class="end">
          <Tag tone={tone}>{word}</Tag>
        </span>
        <span class="hidden">{lineName(line)}</span>
      </a>
    </li>
  );
}
