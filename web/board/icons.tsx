/** Icons of the board: strokes on a grid of 24, in the colour of the text. */
const paths = {
  delivery:
    "M5 17a2 2 0 1 0 4 0 2 2 0 0 0-4 0Zm10 0a2 2 0 1 0 4 0 2 2 0 0 0-4 0ZM9 17h6l2.5-6H13V7h3M5 15v-2a3 3 0 0 1 3-3h3",
  pickup: "M5 8h14l-1 12H6L5 8Zm4 0V6a3 3 0 0 1 6 0v2",
  note: "M12 8v5m0 3.2v.1M12 3 2.5 20h19L12 3Z",
  allergy: "M12 7v6m0 3.2v.1M8 3h8l5 5v8l-5 5H8l-5-5V8l5-5Z",
  clock: "M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  late: "M12 7v6m0 3.2v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  soon: "M7 3h10M7 21h10M8 3v3l4 6-4 6v3m8-18v3l-4 6 4 6v3",
  check: "m5 13 4.5 4.5L19 7",
  undo: "M8 5 4 9l4 4M4 9h10a5 5 0 0 1 0 10h-3",
  erase: "M9 6h11v12H9l-6-6 6-6Zm3 4 4 4m0-4-4 4",
  off: "M5.6 5.6 18.4 18.4M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  calendar: "M4 7h16v13H4V7Zm0 4h16M8 4v4m8-4v4",
  sum: "M18 6V4H6l7 8-7 8h12v-2",
  stations: "M4 5h7v6H4V5Zm9 0h7v6h-7V5ZM4 13h7v6H4v-6Zm9 0h7v6h-7v-6Z",
  gear: "M4 7h10m4 0h2M4 17h2m4 0h10M14 4.5v5m-6 5v5",
  busy: "M12 3c1 4 5 5.5 5 10a5 5 0 0 1-10 0c0-2 1-3 1.5-4 .5 1.5 1.5 2 2 2 .5-3-.5-5 1.5-8Z",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15L6 16Zm4 4.5h4",
  print: "M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7v-7Z",
  close: "M6 6l12 12M18 6 6 18",
  link: "M4 12a12 12 0 0 1 16 0M7 15.5a7 7 0 0 1 10 0M12 19.5v.1",
  linkOff: "M4 12a12 12 0 0 1 16 0M7 15.5a7 7 0 0 1 10 0M12 19.5v.1M4 4l16 16",
  bag: "M6 8h12v12H6V8Zm3 0V6a3 3 0 0 1 6 0v2m-6 5h6",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
