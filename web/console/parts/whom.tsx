// A field for whom to reach: typed as a name or any digits, chosen from the book; or a whole number of nobody's.
import { useEffect, useId, useState } from 'preact/hooks';
import { readPerson } from '../api/people.ts';
import { useRead } from '../api/query.ts';
import { useMay } from '../api/session.ts';
import { Marked } from '../design/marked.tsx';
import { formatNumber, readQuery } from '../format/numbers.ts';
import { findPeople, mayFind, type FoundPerson } from './find_people.ts';

export interface Whom {
  // What a call or a text is placed to: an entry of the book, else a number.
  to: string;
  number: string;
  name: string | undefined;
}

// The number of theirs that is tried first.
async function reachedAt({ type, id, name, number }: FoundPerson): Promise<Whom | undefined> {
  if (number) return { to: number.id, number: number.number, name };
  const { phone_numbers } = (await readPerson(type, id)).data;
  const first =
    phone_numbers.find((each) => each.primary && !each.do_not_call) ??
    phone_numbers.find((each) => !each.do_not_call) ??
    phone_numbers[0];
  return first && { to: first.id, number: first.number, name };
}

export function WhomField({
  label,
  whom,
  fault,
  onChoose,
}: {
  label: string;
  whom: Whom | undefined;
  fault?: string;
  onChoose: (whom: Whom | undefined) => void;
}) {
  const may = useMay();
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [none, setNone] = useState<string>();
  const wanted = whom === undefined && may('contacts:read') && mayFind(text);
  const read = useRead(wanted ? `whom/${text.trim()}` : null, (signal) => findPeople(text, signal));
  const query = readQuery(text);
  const found = wanted ? (read.data ?? []) : [];
  const whole = whom === undefined && query.kind === 'digits' && query.digits.length === 10 ? query.digits : undefined;
  const nobody = wanted && read.data?.length === 0;
  useEffect(() => setAt(0), [text]);
  const choose = async (one: FoundPerson | undefined) => {
    const reached = one ? await reachedAt(one) : whole && { to: whole, number: whole, name: undefined };
    setNone(reached || !one ? undefined : `${one.name} has no number.`);
    if (reached) {
      setText(reached.name ? `${reached.name}, ${formatNumber(reached.number)}` : formatNumber(reached.number));
      onChoose(reached);
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((at + 1) % Math.max(found.length, 1));
    else if (event.key === 'ArrowUp') setAt((at + found.length - 1) % Math.max(found.length, 1));
    else if (event.key === 'Enter' && whom === undefined && (found[at] || whole)) void choose(found[at]);
    else return;
    event.preventDefault();
  };
  const said = fault ?? none;
  return (
    <div class="field whom">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-found`}
        aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
        aria-invalid={said ? 'true' : undefined}
        aria-describedby={`${id}-about`}
        autocomplete="off"
        spellcheck={false}
        autofocus
        placeholder="A last name, or any digits of a number"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setNone(undefined);
          if (whom) onChoose(undefined);
        }}
        onKeyDown={onKey}
        onBlur={() => {
          if (whole && found.length === 0) void choose(undefined);
        }}
      />
      <ul role="listbox" id={`${id}-found`} aria-label="Found" class="whom-found" hidden={found.length === 0}>
        {found.map((one, index) => (
          <li
            key={one.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerMove={() => setAt(index)}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => void choose(one)}>
            <span class="number cut">
              <Marked pieces={one.pieces} />
            </span>
            <span class="quiet cut">{one.side}</span>
          </li>
        ))}
      </ul>
      <p class={said ? 'fault' : 'hint'} id={`${id}-about`} role={said ? 'alert' : undefined}>
        {said ?? (nobody ? (whole ? 'Nobody in the book has it; it may be reached all the same.' : 'Nobody is found.') : '')}
      </p>
    </div>
  );
}
