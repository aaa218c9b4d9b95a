// Sixteen pixels, one and a half thick: drawn for this console.
const drawings = {
  home: 'M2.5 7 8 2.5 13.5 7v6.5h-4v-4h-3v4h-4z',
  people:
    'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 2.7a2.5 2.5 0 0 1 0 4.6M12 9.8c1.6.6 2.5 1.9 2.5 3.7',
  line: 'M5.2 2.5 3 3.2c-.3 5.5 4.3 10.1 9.8 9.8l.7-2.2-3-1.5-1.2 1.2a8 8 0 0 1-3.8-3.8L6.7 5.5z',
  agent: 'M3.5 6.5h9v6h-9zM8 3.5v3M6 9.5h.01M10 9.5h.01M1.5 8.5v2M14.5 8.5v2M8 3.5h.01',
  call: 'M5 2.5 2.8 3.3c-.2 5.3 4.6 10 9.9 9.9l.8-2.2-3-1.5-1.2 1.2A8 8 0 0 1 5.5 6.9l1.1-1.2zM9.5 6.5l4-4M10.5 2.5h3v3',
  phone: 'M4.5 1.5h7v13h-7zM7.3 12.3h1.4',
  text: 'M2.5 3.5h11v7.5h-6l-3 2.5V11h-2z',
  list: 'M6 4h7.5M6 8h7.5M6 12h7.5M2.5 4h.5M2.5 8h.5M2.5 12h.5',
  shield: 'M8 1.8 13 3.5v4c0 3.2-2 5.5-5 6.7-3-1.2-5-3.5-5-6.7v-4zM5.8 7.8l1.6 1.6 2.9-3',
  audit: 'M4 2.5h6l2.5 2.5v8.5H4zM6.5 7.5h3.5M6.5 10.5h3.5',
  operate: 'M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3v3M6 10v3',
  search: 'M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM10.7 10.7 14 14',
  import: 'M8 2.5v7M5 6.5 8 9.5l3-3M2.5 10.5v3h11v-3',
  plus: 'M8 3v10M3 8h10',
  check: 'M3 8.5 6.3 12 13 4.5',
  checks: 'M1 8.5 4.3 12 10.5 5M7.5 11.2l.8.8L15 4.8',
  cross: 'M4 4l8 8M12 4l-8 8',
  dot: 'M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.2l2.2 1.3',
  warn: 'M8 2.5 14 13H2zM8 6.5v3M8 11.3h.01',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.2M8 5.2h.01',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  down: 'M4.5 6.5 8 10l3.5-3.5',
  right: 'M6.5 4.5 10 8l-3.5 3.5',
  left: 'M9.5 4.5 6 8l3.5 3.5',
  sun: 'M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13.5 9.3A5.8 5.8 0 0 1 6.7 2.5a5.8 5.8 0 1 0 6.8 6.8z',
  out: 'M6 2.5H3v11h3M10 5l3 3-3 3M13 8H6.5',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  star: 'M8 2.2l1.8 3.6 4 .6-2.9 2.8.7 4L8 11.3l-3.6 1.9.7-4L2.2 6.4l4-.6z',
  lock: 'M4 7.5h8v6H4zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2',
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon-svg" viewBox="0 0 16 16" aria-hidden="true">
      <path d={drawings[name]} />
    </svg>
  );
}

export const iconNames = Object.keys(drawings) as IconName[];
