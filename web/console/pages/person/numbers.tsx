import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/client.ts';
import type { Person } from '../../api/people.ts';
import { useMay } from '../../api/session.ts';
import { Button, Card } from '../../design/controls.tsx';
import { NumberDialog } from './number_dialog.tsx';
import { NumberRow } from './number_row.tsx';
import { VerifyDialog } from './verify_dialog.tsx';

type PhoneNumber = Schemas['PersonPhoneNumber'];
type Open = { kind: 'add' } | { kind: 'edit' | 'verify'; number: PhoneNumber };

export function Numbers({
  person,
  numbers,
  chosen,
  onChoose,
  onChange,
  turn,
}: {
  person: Person;
  numbers: PhoneNumber[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
  onChange: () => void;
  turn: number;
}) {
  const may = useMay();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  return (
    <Card
      title="Numbers"
      flush
      tools={
        may('contacts:write') && (
          <Button tone="plain" small icon="plus" onClick={() => setOpen({ kind: 'add' })}>
            Add number
          </Button>
        )
      }>
      {numbers.length === 0 && <p class="soft none">No number yet.</p>}
      <ul class="phone-list">
        {numbers.map((number) => (
          <NumberRow
            key={number.id}
            number={number}
            chosen={number.id === chosen}
            onChoose={() => onChoose(number.id)}
            onChange={onChange}
            turn={turn}
            onEdit={() => setOpen({ kind: 'edit', number })}
            onVerify={() => setOpen({ kind: 'verify', number })}
          />
        ))}
      </ul>
      {open?.kind === 'add' && <NumberDialog person={person} onClose={close} onSaved={onChange} />}
      {open?.kind === 'edit' && <NumberDialog person={person} number={open.number} onClose={close} onSaved={onChange} />}
      {open?.kind === 'verify' && <VerifyDialog number={open.number} onClose={close} onVerified={onChange} />}
    </Card>
  );
}
