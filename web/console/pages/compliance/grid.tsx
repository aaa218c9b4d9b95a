import { weekdays } from '../../format/times.ts';
import { bandsOf, pieces, type Hours } from '../person/week_bands.ts';

const cells = Array.from({ length: 24 }, (_, hour) => hour);

// A purpose's week in hours: the same drawing as a person's, smaller.
export function Grid({ hours }: { hours: Hours }) {
  const bands = bandsOf(hours);
  return (
    <div class="policy-week" aria-hidden="true">
      {weekdays.map((day, index) => (
        <div key={day}>
          <span>{day}</span>
          <svg viewBox="0 0 1440 8" preserveAspectRatio="none">
            {cells.map((hour) => (
              <rect key={hour} x={hour * 60 + 5} width="50" height="8" class="cell" />
            ))}
            {pieces(bands[index]).map(({ from, to }) => (
              <rect key={from} x={from + 5} width={Math.max(to - from - 10, 1)} height="8" class="may" />
            ))}
          </svg>
        </div>
      ))}
      <div>
        <span />
        <p class="hour-ticks">
          {[0, 6, 12, 18, 24].map((hour) => (
            <span key={hour}>{hour}</span>
          ))}
        </p>
      </div>
    </div>
  );
}
