// What is doubtful in the book, worst first; each item leads to where it is mended.
import { useQualityReport } from '../../api/quality.ts';
import { Bones, Button, Empty, Notice } from '../../design/controls.tsx';
import { count } from '../../format/numbers.ts';
import { clock } from '../../format/times.ts';
import { Found } from './found.tsx';
import './quality.css';

export default function Quality() {
  const read = useQualityReport();
  const report = read.data;
  return (
    <div class="page">
      <header class="page-head">
        <h1>Quality</h1>
        <p class="soft figures grow">{report && `${count(report.total_numbers, 'number')}, as of ${clock(report.as_of)}`}</p>
        <Button small onClick={read.refresh}>
          Read again
        </Button>
      </header>
      {read.error && <Notice tone="no">{read.error.message}</Notice>}
      {read.loading && <Bones lines={6} />}
      {report?.total_numbers === 0 && (
        <section class="card">
          <Empty title="The book is empty">
            What is doubtful about its numbers shows here. <a href="/console/import">Import a file</a>, or{' '}
            <a href="/console/contacts?add=1">add somebody</a>.
          </Empty>
        </section>
      )}
      {report && report.total_numbers > 0 && <Found report={report} />}
    </div>
  );
}
