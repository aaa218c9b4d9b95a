import { Changes } from '../../design/changes.tsx';
import { Bones, Button, Card, Empty, Notice } from '../../design/controls.tsx';

export function States() {
  return (
    <div class="stack">
      <Card title="States">
        <div class="stack">
          <Notice>In the book already: John Doe, home. Families share phones.</Notice>
          <Notice tone="wait">
            <strong>Changed meanwhile by front desk</strong> (13:25): type cell → home. Yours was not done.
          </Notice>
          <Notice tone="no">Linebook cannot be reached. It is tried again when you ask next.</Notice>
          <Notice tone="ok">Verified.</Notice>
          <Changes made={false} changes={[{ label: 'number', was: '(716) 555-0188', is: '(585) 298-4455' }]} />
          <Bones lines={3} />
        </div>
      </Card>
      <Card flush>
        <Empty
          title="Nobody has these digits"
          actions={
            <Button tone="main" icon="plus">
              Add contact
            </Button>
          }>
          Any part of a number is found. Fewer digits find more.
        </Empty>
      </Card>
    </div>
  );
}
