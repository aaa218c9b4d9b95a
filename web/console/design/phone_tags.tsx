import { Tag } from './controls.tsx';

export const typeNames = { cell: 'Cell', home: 'Home', other: 'Other' } as const;

export function PhoneTags({ primary, verified, doNotCall }: { primary?: boolean; verified?: boolean; doNotCall?: boolean }) {
  return (
    <>
      {doNotCall && <Tag tone="no">do not call</Tag>}
      {verified && (
        <Tag tone="ok" icon="check">
          verified
        </Tag>
      )}
      {primary && <Tag>primary</Tag>}
    </>
  );
}
