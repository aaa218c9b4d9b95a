import type { ApiError } from '../../api/client.ts';
import { Button, Notice } from '../../design/controls.tsx';

export const Sign = () => (
  <svg viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="9" />
    <path d="M11 8v16h11" />
  </svg>
);

export const brokenLink = 'That link is not whole: something of it was lost on the way. Copy all of it, to the end of its line.';

// Why a link did not do, and what to do. One that could not be tried is as good as before.
export function LinkFault({ error, onAgain }: { error: ApiError; onAgain: () => void }) {
  if (error.status === 410)
    return (
      <Notice tone="wait">
        That link does not sign in any more: it was used, or it is more than ten minutes old. Ask whoever runs Linebook for a new
        one, which <code>linebook console-link</code> prints.
      </Notice>
    );
  return (
    <Notice tone="no">
      {error.message} The link was not used.
      <p>
        <Button small onClick={onAgain}>
          Try the link again
        </Button>
      </p>
    </Notice>
  );
}
