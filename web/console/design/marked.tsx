import type { Piece } from '../format/numbers.ts';

export function Marked({ pieces }: { pieces: Piece[] }) {
  return <>{pieces.map(({ text, hit }, at) => (hit ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>))}</>;
}
