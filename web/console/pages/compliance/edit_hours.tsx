import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/client.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/fields.tsx';

type Policy = Schemas['Policy'];
export type Purpose = 'care' | 'service' | 'marketing';

export function EditHours({
  purpose,
  policy,
  meanwhile,
  error,
  busy,
  onClose,
  onSave,
}: {
  purpose: Purpose;
  policy: Policy;
  meanwhile: ComponentChildren;
  error: string | undefined;
  busy: boolean;
  onClose: () => void;
  onSave: (change: (policy: Policy) => Partial<Policy>) => void;
}) {
  const hours = policy.hours[purpose];
  const [start, setStart] = useState(hours.start);
  const [end, setEnd] = useState(hours.end);
  const [max, setMax] = useState(String(policy.attempts[purpose][0]?.max ?? ''));
  const save = () => {
    const first = policy.attempts[purpose][0];
    const caps =
      max.trim() === ''
        ? policy.attempts[purpose].slice(1)
        : [{ max: Number(max), hours: first?.hours ?? 24 }, ...policy.attempts[purpose].slice(1)];
    onSave((now) => ({
      hours: { ...now.hours, [purpose]: { ...now.hours[purpose], start, end } },
      attempts: { ...now.attempts, [purpose]: caps },
    }));
  };
  return (
    <Dialog
      title={`Hours for ${purpose}`}
      onClose={onClose}
      onSubmit={save}
      footer={
        <>
          <span class="grow">It holds for every decision from then on.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={busy}>
            Save
          </Button>
        </>
      }>
      <div class="two">
        <TextField label="From" type="time" value={start} onInput={setStart} />
        <TextField label="Until" type="time" value={end} onInput={setEnd} />
      </div>
      <TextField
        label="Attempts in a day"
        mode="numeric"
        value={max}
        onInput={(typed) => setMax(typed.replace(/[^0-9]/g, ''))}
        hint="Calls and texts together. Leave it empty for no limit."
      />
      {meanwhile}
      {error && <Notice tone="no">{error}</Notice>}
    </Dialog>
  );
}
