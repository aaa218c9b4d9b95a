import { Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { say } from '../../design/toast.tsx';

// Shown once, here; it is in no list and no answer after this one.
export function Secret({
  secret,
  onClose,
  title = 'Its secret',
  about = 'Your program checks with it that what comes is from here, as Standard Webhooks has it.',
}: {
  secret: string;
  onClose: () => void;
  title?: string;
  about?: string;
}) {
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    say('Copied.');
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      firm
      footer={
        <>
          <Button icon="copy" onClick={() => void copy()}>
            Copy
          </Button>
          <Button tone="main" onClick={onClose}>
            I have it
          </Button>
        </>
      }>
      <p class="soft">{about}</p>
      <p class="secret">
        <code>{secret}</code>
      </p>
      <Notice tone="wait">It is shown this once. Whoever loses it makes a new one.</Notice>
    </Dialog>
  );
}
