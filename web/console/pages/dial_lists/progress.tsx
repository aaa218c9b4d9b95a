// How far a list is: a bar, and each state with how many are in it and why; a press shows who they are.
import type { Schemas } from '../../api/client.ts';
import { momentOf } from '../../format/times.ts';
import { setQuery, usePlace } from '../../shell/router.ts';
import { reasonText, stateWords, states, type EntryState } from './words.ts';

type List = Schemas['DialList'];

export function Progress({ list }: { list: List }) {
  const { query } = usePlace();
  const total = Math.max(list.entries, 1);
  let from = 0;
  const bars = states.map((state) => {
    const width = (list.counts[state].entries / total) * 100;
    from += width;
    return <rect key={state} class={state} x={from - width} width={width} height="8" />;
  });
  return (
    <>
      <svg
        class="progress"
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        role="img"
        aria-label={states.map((state) => `${list.counts[state].entries} ${stateWords[state]}`).join(', ')}>
        <rect class="ground" width="100" height="8" />
        {bars}
      </svg>
      <ul class="state-list">
        {states.map((state) => (
          <StateOf
            key={state}
            state={state}
            counted={list.counts[state]}
            chosen={query.get('state') === state}
            reason={query.get('reason')}
          />
        ))}
      </ul>
    </>
  );
}

function StateOf({
  state,
  counted,
  chosen,
  reason,
}: {
  state: EntryState;
  counted: Schemas['DialCount'];
  chosen: boolean;
  reason: string | null;
}) {
  const at = state === 'ready' ? counted.first_closes_at : counted.first_at;
  return (
    <li>
      <button
        type="button"
        class="state-name"
        aria-pressed={chosen && !reason}
        disabled={counted.entries === 0}
        onClick={() => setQuery({ state: chosen && !reason ? undefined : state, reason: undefined })}>
        <i class={state} />
        <strong class="figures">{counted.entries.toLocaleString('en-US')}</strong>
        <span class="soft">{stateWords[state]}</span>
      </button>
      {at && counted.entries > 0 && (
        <span class="quiet">
          {state === 'ready' ? 'the first window closes' : 'the first'} {momentOf(at)}
        </span>
      )}
      {counted.reasons.length > 0 && (
        <div class="reasons">
          {counted.reasons.map((each) => (
            <button
              key={each.reason}
              class="tag"
              type="button"
              aria-pressed={chosen && reason === each.reason}
              onClick={() => setQuery({ state, reason: chosen && reason === each.reason ? undefined : each.reason })}>
              {reasonText(each.reason)} <span class="figures">{each.entries.toLocaleString('en-US')}</span>
            </button>
          ))}
        </div>
      )}
    </li>
  );
}
