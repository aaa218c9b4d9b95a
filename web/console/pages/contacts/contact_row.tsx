import { Icon } from '../../design/icons.tsx';
import { Marked } from '../../design/marked.tsx';
import { PhoneTags, typeNames } from '../../design/phone_tags.tsx';
import { formatNumber, markDigits, markName, readQuery } from '../../format/numbers.ts';
import { useDetails } from './details.ts';
import type { Row } from './rows.ts';

const shownNumbers = 2;

export function ContactRow({ row, q, turn }: { row: Row | undefined; q: string; turn: number }) {
  const numbers = useDetails(row, turn);
  if (row === undefined)
    return (
      <div class="contact">
        <span class="bone w1" />
        <span class="bone w2" />
      </div>
    );
  const query = readQuery(q);
  const digits = query.kind === 'digits' ? query.digits : '';
  const href = `/console/contacts/${row.type}s/${encodeURIComponent(row.id)}${row.entry ? `?number=${row.entry.id}` : ''}`;
  const name = (
    <span class="who cut">
      <Marked pieces={markName(row.name, query.kind === 'name' ? q : '')} />
    </span>
  );
  if (row.entry) {
    const detail = numbers?.[0];
    return (
      <a class="contact" href={href}>
        <span class="number">
          <Marked pieces={markDigits(formatNumber(row.entry.number), digits)} />
        </span>
        {name}
        <span class="kind quiet">{row.type === 'doctor' && 'doctor'}</span>
        <span
          class={row.entry.primary ? 'type soft primary' : 'type soft'}
          title={row.entry.primary ? 'Primary number of its type' : undefined}>
          {row.entry.primary && <Icon name="star" />}
          {typeNames[row.entry.phone_type]}
          {row.entry.primary && <span class="hidden">, primary</span>}
        </span>
        <span class="tags">
          <PhoneTags verified={detail?.verified} doNotCall={detail?.do_not_call} />
        </span>
      </a>
    );
  }
  return (
    <a class="contact person" href={href}>
      {name}
      <span class="kind quiet">{row.type === 'doctor' && 'doctor'}</span>
      <span class="numbers">
        {numbers?.slice(0, shownNumbers).map((each) => (
          <span key={each.id} class="number soft">
            {formatNumber(each.number)} <span class="quiet">{each.phone_type}</span>
          </span>
        ))}
        {numbers && numbers.length > shownNumbers && <span class="quiet">and {numbers.length - shownNumbers} more</span>}
        {numbers?.length === 0 && <span class="quiet">no number</span>}
      </span>
      <span class="tags">
        {numbers && numbers.length > 0 && numbers.every((each) => each.do_not_call) && <PhoneTags doNotCall />}
      </span>
    </a>
  );
}
