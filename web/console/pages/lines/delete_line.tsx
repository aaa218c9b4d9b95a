import { useState } from 'preact/hooks';
import { ApiError, api, ask, tagged } from '../../api/client.ts';
import type { Line } from '../../api/lines.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice, Switch } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { say } from '../../design/toast.tsx';
import { formatNumber } from '../../format/numbers.ts';

export function DeleteLine({ line, onClose, onDone }: { line: Line; onClose: () => void; onDone: () => void }) {
  const [release, setRelease] = useState(false);
  const remove = useAction(async () => {
    const path = { id: line.id };
    const seen = await tagged(api.GET('/phone_numbers/{id}', { params: { path } }));
    const header = { 'If-Match': seen.etag };
    const query = release ? { release } : {};
    await ask(api.DELETE('/phone_numbers/{id}', { params: { path, header, query } })).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    });
    say(`${formatNumber(line.phone_number ?? line.id)} is out of service.`);
    onDone();
  });
  return (
    <Dialog
      title={`Take ${formatNumber(line.phone_number ?? 'the line')} out of service?`}
      onClose={onClose}
      onSubmit={() => void remove.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="danger" type="submit" busy={remove.busy}>
            Take out of service
          </Button>
        </>
      }>
      <p class="soft">
        {line.provider === 'pia'
          ? 'It goes back to the pool, where it rests before somebody else may have it.'
          : line.provider === 'twilio'
            ? release
              ? 'It is given back to Twilio. You pay for it no more, and may not get it again.'
              : 'It gets its earlier settings at Twilio back, and stays yours there.'
            : 'Calls of your trunk to it are answered no more.'}{' '}
        Its history stays.
      </p>
      {line.provider === 'twilio' && (
        <Switch tone="no" checked={release} onChange={setRelease}>
          Give the number up at Twilio, too
        </Switch>
      )}
      {remove.error && <Notice tone="no">{remove.error.message}</Notice>}
    </Dialog>
  );
}
