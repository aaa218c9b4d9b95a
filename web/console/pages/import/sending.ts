// Files on their way. They go on while other pages are open; what broke off is gone on with from what has arrived.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, api, ask, type Schemas } from '../../api/client.ts';
import { isOver } from '../../api/session.ts';

export type Import = Schemas['Import'];
export interface Sending {
  sent: number;
  size: number;
  fault?: string;
}

const pieceBytes = 1 << 20;
const triesAtMost = 5;
const restMs = 1000;

const onTheWay = new Map<string, Sending>();
const watchers = new Set<() => void>();

function tell(id: string, sending: Sending | undefined): void {
  if (sending) onTheWay.set(id, sending);
  else onTheWay.delete(id);
  for (const watcher of [...watchers]) watcher();
}

const rest = (ms: number) => new Promise((done) => setTimeout(done, ms));
const pathOf = (import_id: string) => ({ params: { path: { import_id } } });

function append(import_id: string, offset: number, piece: Blob): Promise<Import> {
  return ask(
    api.PUT('/imports/{import_id}/file', {
      params: { path: { import_id }, query: { offset } },
      headers: { 'Content-Type': 'application/octet-stream' },
      body: piece as unknown as string,
      bodySerializer: (bytes) => bytes,
    }),
  );
}

// What may be better in a moment: nobody answered, too busy, or another offset is wanted.
const passes = (error: unknown) => error instanceof ApiError && [0, 409, 503].includes(error.status);

async function sendFrom(upload: Import, file: File): Promise<void> {
  let { received } = upload;
  for (let tries = 0; received < file.size;) {
    tell(upload.id, { sent: received, size: file.size });
    try {
      ({ received } = await append(upload.id, received, file.slice(received, received + pieceBytes)));
      tries = 0;
    } catch (error) {
      if (++tries >= triesAtMost || !passes(error)) throw error;
      await rest(restMs * tries);
      ({ received } = await ask(api.GET('/imports/{import_id}', pathOf(upload.id))));
    }
  }
  await rehearse(upload.id);
}

// Nothing is imported that was not rehearsed.
const rehearse = (id: string) => ask(api.POST('/imports/{import_id}/run', { ...pathOf(id), body: { dry_run: true } }));

export function goOn(upload: Import, file: File): void {
  if (onTheWay.has(upload.id) && !onTheWay.get(upload.id)?.fault) return;
  sendFrom(upload, file).then(
    () => tell(upload.id, undefined),
    (error: unknown) => {
      // Deleted meanwhile: nobody waits for it.
      const gone = error instanceof ApiError && error.status === 404;
      const fault = error instanceof ApiError ? error.message : 'The file could not be read. Choose it again.';
      tell(upload.id, gone ? undefined : { sent: upload.received, size: upload.size, fault });
    },
  );
}

export async function begin(file: File, kind: Import['kind']): Promise<string> {
  const upload = await ask(api.POST('/imports', { body: { kind, name: nameOf(file.name), size: file.size } }));
  goOn(upload, file);
  return upload.id;
}

const nameOf = (name: string) => name.replace(/\p{Cc}/gu, ' ').slice(0, 255) || 'file';

export function useSending(id: string): Sending | undefined {
  const [sending, setSending] = useState(onTheWay.get(id));
  useEffect(() => {
    const watcher = () => setSending(onTheWay.get(id));
    watcher();
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  }, [id]);
  return sending;
}

addEventListener('beforeunload', (event) => {
  if (!isOver() && [...onTheWay.values()].some(({ fault }) => !fault)) event.preventDefault();
});
