// A text to somebody with whom there is no conversation yet.
import { useState } from 'preact/hooks';
import { Button } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { WhomField, type Whom } from '../../parts/whom.tsx';
import { go } from '../../shell/router.ts';

export function NewText({ onClose }: { onClose: () => void }) {
  const [whom, setWhom] = useState<Whom>();
  return (
    <Dialog
      title="New text"
      onClose={onClose}
      onSubmit={() => {
        if (!whom) return;
        onClose();
        go(`/messages/${encodeURIComponent(`+1${whom.number}`)}`);
      }}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" disabled={!whom}>
            Write
          </Button>
        </>
      }>
      <WhomField label="To" whom={whom} onChoose={setWhom} />
    </Dialog>
  );
}
