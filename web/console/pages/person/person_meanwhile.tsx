import { personHistory, type Person } from '../../api/people.ts';
import { Meanwhile } from '../../parts/meanwhile.tsx';

export function PersonMeanwhile({
  person,
  ...rest
}: {
  person: Person;
  mine: string;
  busy: boolean;
  onTheirs: () => void;
  onMine: () => void;
}) {
  return (
    <Meanwhile
      of={`${person.type}/${person.id}`}
      newest={async (signal) => (await personHistory(person.type, person.id, { page_size: 1 }, signal))[0]}
      {...rest}
    />
  );
}
