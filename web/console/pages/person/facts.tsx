// Who they are, in one line: where and what time it is there, and what else the book knows.
import type { Person } from '../../api/people.ts';
import { Button, Tag } from '../../design/controls.tsx';
import { clock, viewersZone, zoneCity } from '../../format/times.ts';

export function Facts({
  person,
  zone,
  now,
  onEdit,
}: {
  person: Person;
  zone: string | undefined;
  now: Date;
  onEdit?: () => void;
}) {
  const born = person.date_of_birth && new Date(`${person.date_of_birth}T12:00:00Z`);
  return (
    <div class="facts soft">
      {person.deceased && <Tag tone="no">deceased</Tag>}
      {person.active === false && <Tag tone="wait">inactive</Tag>}
      {zone && (
        <span>
          {clock(now, zone)} in {zoneCity(zone)}
          {zone !== viewersZone && <span class="quiet">, {clock(now)} here</span>}
        </span>
      )}
      {person.state && <span>{person.state}</span>}
      {born && <span>born {born.toLocaleDateString('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })}</span>}
      {person.npi && <span>NPI {person.npi}</span>}
      {person.email && <a href={`mailto:${encodeURIComponent(person.email)}`}>{person.email}</a>}
      {onEdit && (
        <Button tone="plain" small onClick={onEdit}>
          Edit
        </Button>
      )}
      <code class="quiet">{person.id}</code>
    </div>
  );
}
