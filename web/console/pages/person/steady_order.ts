import { useRef } from 'preact/hooks';
import type { Person } from '../../api/people.ts';

const order = { cell: 0, home: 1, other: 2 } as const;
function byUse(a: Person['phone_numbers'][number], b: typeof a): number {
  return (
    Number(a.do_not_call) - Number(b.do_not_call) ||
    Number(b.primary) - Number(a.primary) ||
    order[a.phone_type] - order[b.phone_type]
  );
}

// Sorted once: what is switched does not jump from under the hand that switched it. What comes later is behind.
export function useSteadyOrder(numbers: Person['phone_numbers']): Person['phone_numbers'] {
  const places = useRef(new Map<string, number>());
  for (const { id } of [...numbers].sort(byUse)) if (!places.current.has(id)) places.current.set(id, places.current.size);
  return [...numbers].sort((a, b) => places.current.get(a.id)! - places.current.get(b.id)!);
}
