import type { Schemas } from '../../api/client.ts';
import { useQualityReport } from '../../api/quality.ts';
import { Bones, Card, Notice } from '../../design/controls.tsx';
import { Icon } from '../../design/icons.tsx';
import { count } from '../../format/numbers.ts';

// Said of one and of several.
interface Care {
  text: readonly [string, string];
  total: number;
  href: string;
}

// From what keeps somebody from being reached to what is merely not known.
function caresOf(report: Schemas['QualityReport']): Care[] {
  const failing = report.failing_numbers.items[0];
  const person = report.persons_without_primary.items[0];
  const all: Care[] = [
    {
      text: ['fails to get texts', 'fail to get texts'],
      total: report.failing_numbers.count,
      href: failing ? `/console/contacts?q=${failing.number}` : '',
    },
    {
      text: ['cannot exist', 'cannot exist'],
      total: report.invalid_exchanges.count,
      href: `/console/contacts?q=${report.invalid_exchanges.items[0]?.number ?? ''}`,
    },
    {
      text: ['has an area code that nobody was given', 'have an area code that nobody was given'],
      total: report.unassigned_area_codes.count,
      href: `/console/contacts?q=${report.unassigned_area_codes.items[0]?.area_code ?? ''}`,
    },
    {
      text: ['is shared by several people', 'are shared by several people'],
      total: report.duplicates.count,
      href: `/console/contacts?q=${report.duplicates.items[0]?.number ?? ''}`,
    },
    {
      text: ['person has no primary number', 'people have no primary number'],
      total: report.persons_without_primary.count,
      href: person ? `/console/contacts/${person.type}s/${encodeURIComponent(person.id)}` : '',
    },
    {
      text: ['was never verified', 'were never verified'],
      total: report.never_verified.count,
      href: '/console/contacts?verified=no',
    },
  ];
  return all.filter(({ total }) => total > 0);
}

export function NumbersToCareFor() {
  const report = useQualityReport();
  const cares = report.data ? caresOf(report.data) : [];
  return (
    <Card title="Numbers that need care" flush>
      {report.error && (
        <div class="body">
          <Notice tone="no">{report.error.message}</Notice>
        </div>
      )}
      {report.loading && (
        <div class="body">
          <Bones lines={3} />
        </div>
      )}
      {report.data && cares.length === 0 && (
        <p class="none soft">
          {report.data.total_numbers > 0 ? (
            `All is well with all ${count(report.data.total_numbers, 'number')}.`
          ) : (
            <>
              The book is empty. <a href="/console/contacts?add=1">Add somebody</a>, or{' '}
              <a href="/console/import">import a file</a>.
            </>
          )}
        </p>
      )}
      {cares.length > 0 && (
        <ul class="links">
          {cares.map(({ text, total, href }) => (
            <li key={text[1]}>
              <a href={href}>
                <strong class="figures">{total.toLocaleString('en-US')}</strong>
                <span class="grow soft">{text[total === 1 ? 0 : 1]}</span>
                <Icon name="right" />
              </a>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
