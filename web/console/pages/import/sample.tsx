import { typeNames } from '../../design/phone_tags.tsx';
import { formatNumber } from '../../format/numbers.ts';
import type { SampleRow } from './understanding.ts';

type PhoneNumber = SampleRow['numbers'][number];

function inWords({ number, phone_type, primary, do_not_call }: PhoneNumber): string {
  const marks = [typeNames[phone_type].toLowerCase(), primary && 'primary', do_not_call && 'do not call'].filter(Boolean);
  return `${formatNumber(number)} ${marks.join(', ')}`;
}

// Made from what the row says, so that the same file twice adds nobody twice: it tells people nothing.
const ownId = /^ab-[0-9a-f-]+$/;

// The first rows as they would be taken.
export function Sample({ rows }: { rows: SampleRow[] }) {
  return (
    <div class="scrolls" tabIndex={0} role="region" aria-label="The first rows as they are understood">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Row</th>
            <th scope="col">Name</th>
            <th scope="col">Numbers</th>
            <th scope="col" class="person">
              Person
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.row}>
              <td class="figures">{row.row}</td>
              <td>{row.name}</td>
              <td>
                {row.numbers.map((each) => (
                  <div key={each.number} class="number">
                    {inWords(each)}
                  </div>
                ))}
                {row.note && <div class={row.refused ? 'state no' : 'quiet'}>{row.note}</div>}
              </td>
              <td class="person quiet">
                {row.person_type} {row.person_id?.replace(ownId, '')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
