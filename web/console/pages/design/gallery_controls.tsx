import { useState } from 'preact/hooks';
import { Button, Card, Switch, Tag } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';
import { Menu } from '../../design/menu.tsx';
import { PhoneTags } from '../../design/phone_tags.tsx';
import { say } from '../../design/toast.tsx';
import { States } from './gallery_states.tsx';

export function Controls() {
  const [on, setOn] = useState(true);
  const [text, setText] = useState('585 298');
  const [open, setOpen] = useState(false);
  return (
    <div class="gallery-two">
      <Card title="Controls">
        <div class="stack">
          <div class="row">
            <Button tone="main" icon="line">
              Call
            </Button>
            <Button icon="text">Text</Button>
            <Button tone="plain">Plain</Button>
            <Button tone="danger">Delete</Button>
            <Button busy>Saving…</Button>
            <Button icon="plus" label="Add" />
            <Menu label="More">
              <li>
                <button type="button">Change the number</button>
              </li>
            </Menu>
          </div>
          <div class="row">
            <Switch checked={on} onChange={setOn}>
              Primary
            </Switch>
            <Switch tone="no" checked={!on} onChange={(off) => setOn(!off)}>
              Do not call
            </Switch>
          </div>
          <div class="row">
            <Tag>primary</Tag>
            <Tag tone="ok" icon="check">
              delivered
            </Tag>
            <Tag tone="wait">outside their hours</Tag>
            <Tag tone="no">did not arrive</Tag>
            <Tag tone="accent">ringing</Tag>
            <PhoneTags verified doNotCall />
          </div>
          <TextField label="Number" value={text} onInput={setText} mode="tel" hint="Any formatting will do." />
          <TextField label="Number" value={text} onInput={setText} mode="tel" fault="It has 6 digits; 10 are needed." />
          <SelectField
            label="Type"
            value="cell"
            options={[
              ['cell', 'Cell'],
              ['home', 'Home'],
            ]}
            onChange={() => {}}
          />
          <div class="row">
            <Button onClick={() => say('John Doe is in the book.')}>A word at the foot</Button>
            <Button onClick={() => setOpen(true)}>A dialog</Button>
            <kbd>Ctrl K</kbd>
          </div>
        </div>
        {open && (
          <Dialog
            title="Delete the number?"
            onClose={() => setOpen(false)}
            footer={
              <>
                <Button onClick={() => setOpen(false)}>Cancel</Button>
                <Button tone="danger">Delete</Button>
              </>
            }>
            <p class="soft">It goes out of every list and search. Its history stays.</p>
          </Dialog>
        )}
      </Card>
      <States />
    </div>
  );
}
