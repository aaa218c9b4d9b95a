import { useState } from 'preact/hooks';
import type { Schemas } from '../api/client.ts';
import { useActor } from '../api/actors.ts';
import { useRead } from '../api/query.ts';
import { Button, Notice } from '../design/controls.tsx';
import { tell } from '../format/sentences.ts';
import { when } from '../format/times.ts';

type Entry = Schemas['LedgerEntry'];
// Each is read anew.
let turns = 0;

// Somebody was faster: who, when and what; then theirs or mine, never one over the other in silence. `newest` reads the last entry of
// what is changed, and `of` names it; `mine` says what was not done.
export function Meanwhile({
  of,
  newest,
  mine,
  busy,
  onTheirs,
  onMine,
}: {
  of: string;
  newest: (signal: AbortSignal) => Promise<Entry | undefined>;
  mine: string;
  busy?: boolean;
  onTheirs: () => void;
  onMine: () => void;
}) {
  const [turn] = useState(() => ++turns);
  const read = useRead(`meanwhile/${of}/${turn}`, newest);
  return (
    <Notice tone="wait">
      <p>
        {read.data ? <ByWhom entry={read.data} /> : <strong>Changed meanwhile.</strong>} Yours was not done
        {mine && `: ${mine}`}.
      </p>
      <div class="row">
        <Button small onClick={onTheirs}>
          Keep theirs
        </Button>
        <Button small tone="plain" busy={busy} onClick={onMine}>
          Do mine all the same
        </Button>
      </div>
    </Notice>
  );
}

function ByWhom({ entry }: { entry: Entry }) {
  const actor = useActor(entry.actor);
  const { what, changes } = tell(entry);
  const words = changes.map(({ label, was, is }) => `${label ? `${label} ` : ''}${was ?? ''} → ${is ?? ''}`).join(', ');
  return (
    <>
      <strong>Changed meanwhile by {actor}</strong> ({when(entry.time)}): {what}
      {words && ` ${words}`}.
    </>
  );
}
