/** Line icons on a 24 px grid, drawn in the text's colour. Decoration only: the word beside them carries the meaning. */
const PATHS = {
  home: 'M3.5 11 12 4l8.5 7M5.5 9.5V20h13V9.5M10 20v-5.5h4V20',
  leads: 'M4 5h16v14H4zM4 10h16M9.5 10v9',
  return: 'M9 14.5 4 9.5l5-5M4 9.5h10a5.5 5.5 0 0 1 0 11h-3',
  calendar: 'M4 6h16v14H4zM4 10.5h16M8 3.5V7M16 3.5V7',
  order: 'M6 3.5h8.5L18.5 8v12.5H6zM14 3.5V8.5h4.5M9 13h6.5M9 16.5h4',
  chart: 'M4 4v16h16M8.5 16v-4M13 16V8M17.5 16v-6',
  bill: 'M5.5 3.5h13v17l-2.6-1.8-2.6 1.8-2.6-1.8-2.6 1.8-2.6-1.8zM9 8.5h6M9 12.5h6',
  users: 'M9 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.2a3.75 3.75 0 0 1 0 7.1M18.2 14.2A6.5 6.5 0 0 1 21.5 20',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0',
  plug: 'M9 3.5V8M15 3.5V8M6.5 8h11v4a5.5 5.5 0 0 1-11 0zM12 17.5v3',
  process: 'M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20v-4.5h4.5',
  settings: 'M5 7.5h8M17 7.5h2M5 16.5h2M11 16.5h8M15 9.75a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5zM9 18.75a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5z',
  palette:
    'M12 3.5a8.5 8.5 0 1 0 0 17c1.4 0 1.9-.9 1.6-1.9-.5-1.6.4-2.6 2-2.6h1.9c1.7 0 3-1.4 3-3.2 0-5-3.8-9.3-8.5-9.3zM7.8 12.2h.01M9.5 8.3h.01M14 7.6h.01M16.8 11h.01',
  inbox: 'M4 13.5 6.5 5h11L20 13.5V19H4zM4 13.5h5l1.2 2.5h3.6L15 13.5h5',
  parked: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM10 9v6M14 9v6',
  key: 'M8 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12.5 12H21v3.5M17 12v2.5',
  tag: 'M4 4h8l8.5 8.5-8 8L4 12zM8 8h.01',
  search: 'm20 20-4.4-4.4M17.5 10.75a6.75 6.75 0 1 1-13.5 0 6.75 6.75 0 0 1 13.5 0z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'm6 6 12 12M18 6 6 18',
  down: 'm6 9.5 6 6 6-6',
  'arrow-up': 'M12 19V5.5M6 11l6-6 6 6',
  'arrow-down': 'M12 5v13.5M6 13l6 6 6-6',
  left: 'm14.5 6-6 6 6 6',
  right: 'm9.5 6 6 6-6 6',
  phone: 'M6 3.5h3l2 5L8.500 10a11 11 0 0 0 5.5 5.500L15.5 13l5 2v3a2.500 2.500 0 0 1-2.700 2.500A15.500 15.500 0 0 1 3.500 6.200 2.500 2.500 0 0 1 6 3.500z',
  mail: 'M3.5 6h17v12.500h-17zM3.500 7l8.500 6.500L20.500 7',
  print: 'M7 9V3.500h10V9M7 17H4v-7.500h16V17h-3M7 14h10v6.500H7z',
  send: 'M3.500 11.500 20.500 4 16 20l-4.500-6.500zM11.500 13.500 20.500 4',
  plus: 'M12 5v14M5 12h14',
  card: 'M3.500 6h17v12.500h-17zM3.500 10h17M7 15h3',
  stop: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM6 6l12 12',
  check: 'm5 12.500 4.500 4.500L19.500 7',
  alert: 'M12 4 2.800 19.500h18.400zM12 10v4.500M12 17h.01',
  info: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 11v5.500M12 7.700h.01',
  clock: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7v5.300l3.500 2',
  undo: 'M8 13 4 9l4-4M4 9h10.500a5 5 0 0 1 0 10H8',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  download: 'M12 4v11M7 10.500l5 5 5-5M4.500 20h15',
  pause: 'M8.500 5v14M15.500 5v14',
  play: 'M7 4.500 19 12 7 19.500z',
  edit: 'M4 20l1-4.500L16 4.500l3.500 3.500L8.500 19zM14 6.500 17.500 10',
  trash: 'M4.500 6.500h15M9 6.500V4h6v2.500M6.500 6.500l1 14h9l1-14M10 10.500v6M14 10.500v6',
  filter: 'M4 5.500h16l-6.200 7.300V19l-3.600-2v-4.200z',
  external: 'M10 5H4.500v14.500H19V14M13.500 4.500h6v6M19.500 4.500 11 13',
  file: 'M6 3.500h8.500L18.500 8v12.500H6zM14 3.500V8.500h4.500',
  out: 'M14 4.500H5v15h9M10 12h10.500M16.500 8l4 4-4 4',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400',
  star: 'm12 3.800 2.500 5.300 5.800.7-4.300 4 1.100 5.700-5.100-2.800-5.100 2.800L8 13.800l-4.300-4 5.800-.7z',
  help: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM9.500 9.500a2.500 2.500 0 1 1 3.600 2.200c-.8.400-1.100.8-1.100 1.800M12 16.500h.01',
  building: 'M5 20.500V4h9v16.500M14 9.500h5v11M3 20.500h18M8 8h3M8 12h3M8 16h3',
  truck: 'M3 6h11v11H3zM14 10h4l3 3.500V17h-7M7 19.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17 19.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  shield: 'M12 3.500 19.500 6v6c0 4.500-3.200 7.300-7.500 8.500C7.700 19.300 4.500 16.500 4.500 12V6z',
  dot: 'M12 13.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3z',
} as const;

/** The names of the icons. */
export type IconName = keyof typeof PATHS;

/** Whether a text (from a manifest) names an icon. */
export const isIcon = (name: string): name is IconName => Object.hasOwn(PATHS, name);

export interface IconProps {
  /** An unknown name shows a plain dot: a plugin's typing slip costs no page. */
  readonly name: IconName | (string & {});
  /** Edge in px. Default 18. */
  readonly size?: number;
}

/** An icon, hidden from screen readers. */
export function Icon({ name, size = 18 }: IconProps) {
  return (
    <svg className="ui-icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={PATHS[isIcon(name) ? name : 'dot']} />
    </svg>
  );
}
