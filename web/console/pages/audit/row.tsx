import { useActor } from '../../api/actors.ts';
import { Changes } from '../../design/changes.tsx';
import { tell } from '../../format/sentences.ts';
import { clock, dayName, exact } from '../../format/times.ts';
import { setQuery } from '../../shell/router.ts';
import type { Entry } from './ledger.ts';

// Where the thing is shown, or whose it is.
export function hrefOf(entry: Entry): string | undefined {
  const id = encodeURIComponent(entry.entity_id);
  if (entry.entity === 'patient') return `/console/contacts/patients/${id}`;
  if (entry.entity === 'doctor') return `/console/contacts/doctors/${id}`;
  if (entry.entity === 'line') return `/console/lines/${id}`;
  if (entry.entity === 'call') return `/console/calls/${id}`;
  const of = (field: string) => {
    const change = entry.changes[field];
    return change && 'is' in change && typeof change.is === 'string' ? encodeURIComponent(change.is) : undefined;
  };
  if (of('patient_id')) return `/console/contacts/patients/${of('patient_id')}`;
  if (of('doctor_id')) return `/console/contacts/doctors/${of('doctor_id')}`;
  return undefined;
}

// One height for all: what does not fit on the line of changes is in the whole, behind the number.
export function Row({ entry }: { entry: Entry | undefined }) {
  if (entry === undefined)
    return (
      <div class="audit-row">
        <span class="bone w1" />
        <span class="bone w2" />
      </div>
    );
  return <Told entry={entry} />;
}

function Told({ entry }: { entry: Entry }) {
  const actor = useActor(entry.actor);
  const told = tell(entry);
  const href = hrefOf(entry);
  return (
    <div class="audit-row">
      <time class="figures quiet" dateTime={entry.time} title={exact(entry.time)}>
        {clock(entry.time)}
        <span>{dayName(entry.time)}</span>
      </time>
      <div class="grow">
        <p class="told">
          {href ? <a href={href}>{told.what}</a> : <span>{told.what}</span>}
          <span class="soft">by {actor}</span>
        </p>
        <Changes {...told} />
      </div>
      <p class="marks quiet">
        <button
          class="id-button cut"
          type="button"
          title="All of this thing"
          onClick={() => setQuery({ entity_id: entry.entity_id })}>
          <code>{entry.entity_id}</code>
        </button>
        <button
          class="id-button figures"
          type="button"
          title="The whole change"
          aria-label={`The whole change, number ${entry.sequence}`}
          onClick={() => setQuery({ change: String(entry.sequence) })}>
          #{entry.sequence}
        </button>
      </p>
    </div>
  );
}
