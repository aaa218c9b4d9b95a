import { useSession } from '../../api/session.ts';
import { Button, Card, Notice } from '../../design/controls.tsx';
import { Counts } from './counts.tsx';
import { Rejects } from './rejects.tsx';
import type { Import } from './sending.ts';
import { understand } from './understanding.ts';

const dayOf = (time: string) => {
  const at = new Date(time);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
};

export function Done({ upload, run }: { upload: Import; run: NonNullable<Import['run']> }) {
  const session = useSession();
  const { faults, fault } = understand(run);
  // What comes from FHIR is the importer's, whoever began it.
  const whose: Record<string, string> = upload.kind === 'fhir' ? {} : { actor: session.key.id };
  const since = dayOf(upload.created_at);
  const added = `/console/audit?${new URLSearchParams({ action: 'created', ...whose, since }).toString()}`;
  return (
    <>
      {upload.status === 'failed' && (
        <Notice tone="no">{fault ?? 'It stopped before its end.'} What was imported until then stays.</Notice>
      )}
      <Card title={upload.status === 'failed' ? 'Until it stopped' : 'Imported'}>
        <div class="stack">
          {run.report && <Counts run={run} />}
          <p class="soft">
            There is no undo. What was added is listed in Audit, each number and person by itself; nothing that was there before
            was overwritten. The file is deleted here.
          </p>
          <div class="row">
            <Button tone="main" href="/console/contacts">
              See the contacts
            </Button>
            <Button href={added}>What was added</Button>
            <Button tone="plain" href="/console/import">
              Another file
            </Button>
          </div>
        </div>
      </Card>
      <Rejects upload={upload} faults={faults} />
    </>
  );
}
