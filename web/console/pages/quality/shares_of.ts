import type { Schemas } from '../../api/client.ts';
import type { Share } from './shares.tsx';

// In the order of the page: worst first. People are counted of people, which the report does not tell: of the numbers, as a bound.
export function sharesOf(report: Schemas['QualityReport']): Share[] {
  const of = report.total_numbers;
  return [
    { id: 'failing', title: 'Texts fail', total: report.failing_numbers.count, of, tone: 'no' },
    { id: 'exchange', title: 'Cannot exist', total: report.invalid_exchanges.count, of, tone: 'no' },
    { id: 'area', title: 'Area code of nobody', total: report.unassigned_area_codes.count, of, tone: 'no' },
    { id: 'primary', title: 'People with no primary', total: report.persons_without_primary.count, of, tone: 'wait' },
    { id: 'shared', title: 'Shared by several people', total: report.duplicates.count, of, tone: 'wait' },
    { id: 'verified', title: 'Never verified', total: report.never_verified.count, of, tone: 'soft' },
  ];
}
