import { useState } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';

// For a receiver that has lost something: everything from an event on, once more.
export function Replay({ id, onClose }: { id: string; onClose: () => void }) {
  const [from, setFrom] = useState('1');
  const sequence = Number(from);
  const valid = /^[0-9]{1,15}$/.test(from) && sequence > 0;
  const replay = useAction(async () => {
    const path = { webhook_id: id };
    await ask(api.POST('/webhooks/{webhook_id}/replay', { params: { path }, body: { from_sequence: sequence } }));
    say(`Delivered again from #${sequence} on.`);
    onClose();
  });
  return (
    <Dialog
      title="Deliver again from an event on"
      onClose={onClose}
      onSubmit={() => valid && void replay.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={replay.busy} disabled={!valid}>
            Deliver again
          </Button>
        </>
      }>
      <p class="soft">
        Everything from this event on that the webhook takes is delivered once more, each thing as it is today. The receiver knows
        repeats by their id.
      </p>
      <TextField
        label="From event #"
        mode="numeric"
        value={from}
        onInput={setFrom}
        autofocus
        hint="1 is the beginning."
        fault={replay.error?.of('from_sequence')}
      />
      {replay.error && !replay.error.of('from_sequence') && <Notice tone="no">{replay.error.message}</Notice>}
    </Dialog>
  );
}
