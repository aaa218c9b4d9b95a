import type { paths } from '../../api/schema.d.ts';
import { Tag } from '../../design/controls.tsx';
import { bytes } from '../../format/bytes.ts';

type Node = paths['/node']['get']['responses']['200']['content']['application/json'];
// Imports and backups need room: below it the disk is told in amber, and where little is left in red.
const littleBytes = 5 * 2 ** 30;
const tooLittleBytes = 2 ** 30;

export function Storage({ node: { database, disk } }: { node: Node }) {
  return (
    <>
      <dt>Books</dt>
      <dd>
        {database.kind === 'embedded' ? 'in a file beside the service' : 'on PostgreSQL'}
        {database.bytes !== null && `, ${bytes(database.bytes)}`}
        {database.connections && `, ${database.connections.in_use} of ${database.connections.limit} connections in use`}
      </dd>
      {disk && (
        <>
          <dt>Disk</dt>
          <dd class="told">
            <meter class="disk" min={0} max={disk.bytes} value={disk.bytes - disk.free_bytes} aria-label="How full the disk is" />
            <span>
              {bytes(disk.free_bytes)} free of {bytes(disk.bytes)}
            </span>
            {disk.free_bytes < littleBytes && (
              <Tag tone={disk.free_bytes < tooLittleBytes ? 'no' : 'wait'}>
                {disk.free_bytes < tooLittleBytes ? 'imports find no room' : 'little room'}
              </Tag>
            )}
          </dd>
        </>
      )}
    </>
  );
}
