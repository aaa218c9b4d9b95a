import { useEffect, useRef, useState } from 'preact/hooks';
import { useAction } from '../../api/query.ts';
import { Button } from '../../design/controls.tsx';
import { say } from '../../design/toast.tsx';
import { download } from '../../format/csv.ts';
import { exportedAtMost, readAll, tableOf, type Filter } from './export.ts';

// Told while it is read; leaving the page gives it up.
export function ExportButton({ filter }: { filter: Filter }) {
  const [read, setRead] = useState(0);
  const going = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => going.current?.abort(), []);
  const save = useAction(async () => {
    going.current = new AbortController();
    setRead(0);
    try {
      const { decisions, more } = await readAll(filter, setRead, going.current.signal);
      download(tableOf(decisions), `decisions-${new Date().toISOString().slice(0, 10)}.csv`);
      say(
        more
          ? `The newest ${exportedAtMost.toLocaleString('en-US')} are in the file; narrow the filters for others.`
          : 'The file is among your downloads.',
      );
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
    }
  });
  useEffect(() => {
    if (save.error) say(save.error.message);
  }, [save.error]);
  return (
    <Button small busy={save.busy} onClick={() => void save.run()}>
      {save.busy ? `${read.toLocaleString('en-US')} read…` : 'Export'}
    </Button>
  );
}
