import { useState } from 'preact/hooks';
import { ApiError, api, tagged } from '../../api/client.ts';
import type { Line } from '../../api/lines.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Button, Notice, Tag } from '../../design/controls.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { fieldLabel } from '../../format/sentences.ts';
import { Meanwhile } from '../../parts/meanwhile.tsx';
import { go } from '../../shell/router.ts';
import { CallFrom } from './call_from.tsx';
import { CarrierCheck } from './carrier_check.tsx';
import { DeleteLine } from './delete_line.tsx';
import { LineFields, type LineUpdate } from './line_fields.tsx';
import { LineHistory, readLineHistory } from './line_history.tsx';
import { canCall, detailOf, providerNames, statusWords } from './words.ts';

// Changes name the version that was seen: where somebody was faster, nothing is done until one of both is chosen.
function useChange(line: Line, onChange: () => void) {
  const path = { id: line.id };
  const seen = useRead(`line/${line.id}/${line.updated_at}`, (signal) =>
    tagged(api.GET('/phone_numbers/{id}', { params: { path }, signal })),
  );
  const [stopped, setStopped] = useState<LineUpdate>();
  const send = async (body: LineUpdate, etag: string | undefined) => {
    setStopped(undefined);
    try {
      const params = { path, header: { 'If-Match': etag } };
      seen.set(await tagged(api.PATCH('/phone_numbers/{id}', { params, body })));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      setStopped(body);
    }
    onChange();
  };
  const act = useAction((body: LineUpdate) => send(body, seen.data?.etag));
  const insist = useAction(async (body: LineUpdate) => {
    await send(body, (await tagged(api.GET('/phone_numbers/{id}', { params: { path } }))).etag);
  });
  return { act, insist, stopped, forget: () => setStopped(undefined), send: (body: LineUpdate) => send(body, seen.data?.etag) };
}

export function LineDetail({
  line,
  agents,
  onChange,
}: {
  line: Line;
  agents: (readonly [string, string])[];
  onChange: () => void;
}) {
  const may = useMay();
  const write = may('lines:write');
  const { act, insist, stopped, forget, send } = useChange(line, onChange);
  const [dialog, setDialog] = useState<'delete' | 'call'>();
  const [word, tone, meaning] = statusWords[line.status];
  const error = act.error ?? insist.error;
  return (
    <aside class="card side" aria-label="The line">
      <header>
        <h2>{formatNumber(line.phone_number ?? 'A number is searched for')}</h2>
        {may('reach:write') && canCall(line) && (
          <Button small icon="line" onClick={() => setDialog('call')}>
            Call
          </Button>
        )}
        <Button tone="plain" small icon="cross" label="Close" href="/console/lines" />
      </header>
      <div class="body stack">
        <div class="line-stands">
          <p class="told">
            <Tag tone={tone}>{word}</Tag>
            <span class="soft">{providerNames[line.provider]}</span>
          </p>
          <p class="soft">{detailOf(line) ?? meaning}</p>
        </div>
        {line.provider === 'twilio' && write && <CarrierCheck line={line} onChange={onChange} onToken={send} />}
        <LineFields
          line={line}
          agents={agents}
          write={write}
          busy={act.busy}
          error={error}
          onChange={(body) => void act.run(body)}
        />
        {stopped && (
          <Meanwhile
            of={`line/${line.id}`}
            newest={async (signal) => (await readLineHistory(line.id, 1, signal))[0]}
            mine={Object.keys(stopped).map(fieldLabel).join(', ')}
            busy={insist.busy}
            onTheirs={forget}
            onMine={() => void insist.run(stopped)}
          />
        )}
        {error && error.details.length === 0 && <Notice tone="no">{error.message}</Notice>}
        <dl class="pairs">
          <dt>Line</dt>
          <dd>
            <code class="quiet">{line.id}</code>
          </dd>
          {line.provider === 'twilio' && (
            <>
              <dt>At Twilio</dt>
              <dd>
                <code class="quiet">{line.twilio_phone_number_sid ?? line.twilio_account_sid}</code>
              </dd>
            </>
          )}
          {line.provider === 'byo' && line.sip_termination_uri && (
            <>
              <dt>Trunk</dt>
              <dd>
                <code class="quiet">{line.sip_termination_uri}</code>
              </dd>
            </>
          )}
          <dt>Calls</dt>
          <dd>
            <a href={`/console/calls?line=${line.id}`}>Of this line</a>
          </dd>
        </dl>
        <LineHistory line={line} />
        {write && (
          <Button tone="danger" small onClick={() => setDialog('delete')}>
            Take out of service
          </Button>
        )}
      </div>
      {dialog === 'call' && <CallFrom line={line} onClose={() => setDialog(undefined)} />}
      {dialog === 'delete' && (
        <DeleteLine
          line={line}
          onClose={() => setDialog(undefined)}
          onDone={() => {
            go('/lines');
            onChange();
          }}
        />
      )}
    </aside>
  );
}
