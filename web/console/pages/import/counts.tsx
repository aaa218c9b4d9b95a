import { countsOf } from './words.ts';
import type { Import } from './sending.ts';

export function Counts({ run }: { run: NonNullable<Import['run']> }) {
  return (
    <ul class="counts">
      {countsOf(run).map(({ words, total, tone }) => (
        <li key={words} class={total > 0 && tone ? `state ${tone}` : 'quiet'}>
          <strong class="figures">{total.toLocaleString('en-US')}</strong> {words}
        </li>
      ))}
    </ul>
  );
}
