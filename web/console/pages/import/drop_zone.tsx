import { useEffect, useRef, useState } from 'preact/hooks';
import { useAction } from '../../api/query.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Icon } from '../../design/icons.tsx';
import { go } from '../../shell/router.ts';
import { faultOf, kindOf } from './kinds.ts';
import { begin } from './sending.ts';

const accepted = '.csv,.tsv,.txt,.vcf,.vcard,.json,.ndjson,.gz';

// The whole window takes a file that is dropped; the button is for everybody else.
export function DropZone() {
  const [over, setOver] = useState(false);
  const [fault, setFault] = useState<string>();
  const take = useAction(async (files: FileList | undefined) => {
    const file = files?.[0];
    if (file === undefined) return;
    const found = files!.length > 1 ? 'One file at a time, please.' : faultOf(file);
    setFault(found);
    if (found === undefined) go(`/import/${await begin(file, kindOf(file.name))}`);
  });
  const latest = useRef(take.run);
  latest.current = take.run;
  useEffect(() => {
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const onOver = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(false);
      void latest.current(event.dataTransfer?.files);
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  }, []);
  return (
    <section class={over ? 'card drop over' : 'card drop'} aria-label="A new import">
      <Icon name="import" />
      <h2>{over ? 'Let it go' : 'Drop a file here'}</h2>
      <p class="soft">
        A spreadsheet saved as CSV, an address book’s export, vCards, or a file of a FHIR export. It is read first, and you are
        shown what would happen; nothing changes until you say so.
      </p>
      <FileButton main busy={take.busy} onChoose={(files) => void take.run(files)}>
        {take.busy ? 'Sending…' : 'Choose a file'}
      </FileButton>
      {(fault ?? take.error) && <Notice tone="no">{fault ?? take.error?.message}</Notice>}
    </section>
  );
}

export function FileButton(props: { children: string; main?: boolean; busy?: boolean; onChoose: (files: FileList) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        class="hidden"
        ref={input}
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        accept={accepted}
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files && files.length > 0) props.onChoose(files);
          event.currentTarget.value = '';
        }}
      />
      <Button tone={props.main ? 'main' : undefined} busy={props.busy} onClick={() => input.current?.click()}>
        {props.children}
      </Button>
    </>
  );
}
