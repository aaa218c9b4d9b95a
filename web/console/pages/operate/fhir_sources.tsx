// Servers with which the contact book is kept in step: how the last run went, what both sides had changed, and a run now.
import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useAction, useRead } from '../../api/query.ts';
import { Bones, Button, Card, Empty, Notice, Tag } from '../../design/controls.tsx';
import { say } from '../../design/toast.tsx';
import { count } from '../../format/numbers.ts';
import { momentOf, when } from '../../format/times.ts';
import { useEvery } from '../../api/every.ts';
import { NewFhirSource } from './new_fhir_source.tsx';

type Source = Schemas['FhirSource'];
const againMs = 2000;
const states = { idle: ['in step', 'ok'], running: ['runs', 'accent'], failed: ['failed', 'no'] } as const;

export function FhirSources() {
  const [adding, setAdding] = useState(false);
  const read = useRead('fhir-sources', async (signal) => (await ask(api.GET('/fhir-sources', { signal }))).fhir_sources);
  useFollowed(['fhir_source.'], read.refresh);
  useEvery(againMs, read.data?.some(({ state }) => state === 'running') === true, read.refresh);
  return (
    <>
      <Card
        title="FHIR sources"
        flush
        tools={
          <Button tone="plain" small icon="plus" onClick={() => setAdding(true)}>
            New source
          </Button>
        }>
        {read.error && (
          <div class="body">
            <Notice tone="no">{read.error.message}</Notice>
          </div>
        )}
        {read.loading && (
          <div class="body">
            <Bones lines={3} />
          </div>
        )}
        {read.data?.length === 0 && (
          <Empty
            title="No FHIR server yet"
            actions={
              <Button tone="main" icon="plus" onClick={() => setAdding(true)}>
                New source
              </Button>
            }>
            Patients and practitioners of an EHR come here with their numbers, and numbers that are changed here go there.
          </Empty>
        )}
        <ul class="rows fhir">
          {read.data?.map((source) => (
            <Row key={source.id} source={source} onChange={read.refresh} />
          ))}
        </ul>
      </Card>
      {adding && <NewFhirSource onClose={() => setAdding(false)} onMade={read.refresh} />}
    </>
  );
}

function Row({ source, onChange }: { source: Source; onChange: () => void }) {
  const path = { params: { path: { source_id: source.id } } };
  const [word, tone] = source.last_run || source.state !== 'idle' ? states[source.state] : (['not run yet', 'wait'] as const);
  const run = useAction(async () => {
    await ask(api.POST('/fhir-sources/{source_id}/sync', path));
    say(`${source.name} is read now.`);
    onChange();
  });
  const last = source.last_run;
  return (
    <li>
      <div class="cells">
        <span class="cut">
          <span class="strong">{source.name}</span> <span class="quiet">{source.url.replace(/^https?:\/\//, '')}</span>
        </span>
        <span class="soft cut counted">{last ? counted(last.counts) : 'Their side wins where both changed a number'}</span>
        <span class="quiet figures ran">{last?.ended_at ? when(last.ended_at) : ''}</span>
        <Tag tone={tone}>{word}</Tag>
        <Button small busy={run.busy} onClick={() => void run.run()} label={`Run now: ${source.name}`}>
          Run now
        </Button>
        {(run.error ?? last?.error) && (
          <div class="more-of-it">
            <Notice tone="no">{run.error?.message ?? last?.error}</Notice>
          </div>
        )}
        {last && last.problems.length + last.conflicts.length > 0 && <Doubts of={last} />}
        {source.next_run_at && <p class="quiet more-of-it">Next {momentOf(source.next_run_at)}</p>}
      </div>
    </li>
  );
}

function counted(counts: NonNullable<Source['last_run']>['counts']): string {
  const parts = [
    counts.people_added > 0 && count(counts.people_added, 'person added', 'people added'),
    counts.numbers_added > 0 && count(counts.numbers_added, 'number added', 'numbers added'),
    counts.numbers_changed > 0 && count(counts.numbers_changed, 'number changed', 'numbers changed'),
    counts.pushed > 0 && `${counts.pushed.toLocaleString('en-US')} changed there`,
    counts.conflicts > 0 && count(counts.conflicts, 'conflict'),
    counts.problems > 0 && `${counts.problems.toLocaleString('en-US')} left out`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : `${count(counts.read, 'resource')} read, nothing new`;
}

function Doubts({ of: { problems, conflicts } }: { of: NonNullable<Source['last_run']> }) {
  return (
    <details class="more-of-it">
      <summary>{count(problems.length + conflicts.length, 'thing')} to look at</summary>
      <ul class="stack">
        {[
          ...problems.map((one) => ({ ...one, why: one.what })),
          ...conflicts.map((one) => ({ ...one, why: `${one.what}: ${one.kept === 'theirs' ? 'theirs' : 'ours'} was kept` })),
        ].map(({ patient_id, doctor_id, why }, at) => {
          const href = patient_id
            ? `/console/contacts/patients/${encodeURIComponent(patient_id)}`
            : doctor_id && `/console/contacts/doctors/${encodeURIComponent(doctor_id)}`;
          return (
            <li key={at}>
              {href ? <a href={href}>{patient_id ?? doctor_id}</a> : null} {why}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
