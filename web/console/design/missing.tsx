import { Button, Notice } from './controls.tsx';

// Beside a list: what its address names is not in it, or no more.
export function Missing({ what, back }: { what: string; back: string }) {
  return (
    <aside class="card side" aria-label={`No such ${what}`}>
      <header>
        <h2 class="grow">There is no such {what}</h2>
        <Button tone="plain" small icon="cross" label="Close" href={back} />
      </header>
      <div class="body">
        <Notice>It was deleted, or its address is not right.</Notice>
      </div>
    </aside>
  );
}
