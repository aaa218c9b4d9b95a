import type { Schemas } from '../../api/client.ts';
import { Card } from '../../design/controls.tsx';
import { Icon } from '../../design/icons.tsx';

type Report = Schemas['QualityReport'];

// What was looked for and not found is told, too.
export function InOrder({ report }: { report: Report }) {
  const fine = [
    [report.failing_numbers.count, 'every text arrives'],
    [report.invalid_exchanges.count, 'every number can exist'],
    [report.unassigned_area_codes.count, 'every area code is somebody’s'],
    [report.persons_without_primary.count, 'everybody has a primary number'],
    [report.duplicates.count, 'no number is shared'],
    [report.never_verified.count, 'every number was verified'],
  ] as const;
  const words = fine.filter(([total]) => total === 0).map(([, text]) => text);
  if (words.length === 0) return null;
  return (
    <Card title="In order">
      <ul class="fine">
        {words.map((text) => (
          <li key={text}>
            <Icon name="check" />
            {text}
          </li>
        ))}
      </ul>
    </Card>
  );
}
