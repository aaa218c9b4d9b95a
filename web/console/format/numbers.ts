// Phone numbers as people write them, and what they type to find one.

export function formatNumber(number: string): string {
  const ten = /^(?:\+1)?([0-9]{3})([0-9]{3})([0-9]{4})$/.exec(number);
  return ten ? `(${ten[1]}) ${ten[2]}-${ten[3]}` : number;
}

export type Query = { kind: 'all' } | { kind: 'digits'; digits: string; text: string } | { kind: 'name'; text: string };

// Digits where nothing but digits and their punctuation was typed; everything else is a name.
export function readQuery(text: string): Query {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'all' };
  if (!/^[0-9 ()+./-]+$/.test(trimmed) || !/[0-9]/.test(trimmed)) return { kind: 'name', text: trimmed };
  let digits = trimmed.replace(/[^0-9]/g, '');
  if (digits.length === 11 && digits.startsWith('1')) digits = digits.slice(1);
  return { kind: 'digits', digits, text: trimmed };
}

export interface Piece {
  text: string;
  hit: boolean;
}

// `formatted` in pieces, that of `digits` marked: punctuation between marked digits is marked with them.
export function markDigits(formatted: string, digits: string): Piece[] {
  const places: number[] = [];
  for (let at = 0; at < formatted.length; ++at) if (/[0-9]/.test(formatted[at]!)) places.push(at);
  const plain = places.map((at) => formatted[at]).join('');
  const found = digits === '' ? -1 : plain.indexOf(digits);
  if (found < 0) return [{ text: formatted, hit: false }];
  const from = places[found]!;
  const to = places[found + digits.length - 1]! + 1;
  return cut(formatted, from, to);
}

// A name in pieces, each word that begins as one of the typed words marked.
export function markName(name: string, typed: string): Piece[] {
  const words = typed
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const pieces: Piece[] = [];
  for (const part of name.split(/(\s+)/)) {
    const word = words.find((each) => part.toLowerCase().startsWith(each));
    if (word === undefined) pieces.push({ text: part, hit: false });
    else pieces.push({ text: part.slice(0, word.length), hit: true }, { text: part.slice(word.length), hit: false });
  }
  return pieces.filter(({ text }) => text !== '');
}

function cut(text: string, from: number, to: number): Piece[] {
  return [
    { text: text.slice(0, from), hit: false },
    { text: text.slice(from, to), hit: true },
    { text: text.slice(to), hit: false },
  ].filter((piece) => piece.text !== '');
}

export function count(total: number, one: string, many = `${one}s`): string {
  return `${total.toLocaleString('en-US')} ${total === 1 ? one : many}`;
}
