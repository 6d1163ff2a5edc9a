import type { JSX } from 'react'

const paths = {
  search: 'M10.5 18a7.5 7.5 0 1 1 0-15 7.5 7.5 0 0 1 0 15zm5.3-2.2L21 21',
  plus: 'M12 5v14M5 12h14',
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  trash: 'M4 7h16M9 7V4h6v3m3 0-1 13H7L6 7m4 4v5m4-5v5',
  restore: 'M4 9h10a6 6 0 0 1 0 12h-3M4 9l4-4M4 9l4 4',
  redo: 'M20 9H10a6 6 0 0 0 0 12h3M20 9l-4-4M20 9l-4 4',
  share: 'M12 15V3m0 0L8 7m4-4 4 4M5 12v8h14v-8',
  up: 'M12 19V5m0 0-6 6m6-6 6 6',
  down: 'M12 5v14m0 0-6-6m6 6 6-6',
  chevron: 'M6 9.5l6 6 6-6',
  clock: 'M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18zm0-14v5l3 2',
  alert: 'M12 3.5 2.5 20h19zM12 10v4.5m0 2.5v.5',
  keyboard: 'M3 6h18v12H3zm4 4h.01M11 10h.01M15 10h.01M17 14h.01M7 14h7',
  grip: 'M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01',
  check: 'M5 12.5l4.500 4.500L19 7.500',
  branch:
    'M7 8v8M7 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM17 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 0v1a4 4 0 0 1-4 4H7',
  bold: 'M7 4.500h6a3.700 3.700 0 0 1 0 7.400H7zm0 7.400h7a3.800 3.800 0 0 1 0 7.600H7z',
  italic: 'M10 4.500h8M6 19.500h8M14.500 4.500l-5 15',
  link: 'M10 14a4.500 4.500 0 0 0 6.400.4l3-3a4.500 4.500 0 0 0-6.400-6.400l-1.200 1.200M14 10a4.500 4.500 0 0 0-6.400-.4l-3 3a4.500 4.500 0 0 0 6.400 6.400l1.200-1.200',
  unlink:
    'M13 5a4.500 4.500 0 0 1 6.400 6.400l-2 2M11 19a4.500 4.500 0 0 1-6.400-6.400l2-2M4 4l16 16',
  fold: 'M4 12h16M12 2.500v6m0 0L9.500 6M12 8.500 14.500 6M12 21.500v-6m0 0L9.500 18m2.500-2.500 2.500 2.500',
  unfold:
    'M4 12h16M12 8.500v-6m0 0L9.500 5M12 2.500 14.500 5M12 15.500v6m0 0L9.500 19m2.500 2.500 2.500-2.500',
  devices: 'M3 5h13v9H3zM1.500 17.500h11M15.500 9.500h6v10h-6zM18.500 17h.01',
  image: 'M4 5h16v14H4zM4 16l4.500-4.500 4 4 3-3L20 17M9 9.500h.01',
  video: 'M3 6h12v12H3zM15 10.500l6-3v9l-6-3',
  audio: 'M9 18V5l11-2v13M9 18a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm11-2a3 3 0 1 1-6 0 3 3 0 0 1 6 0z',
  document: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  folder: 'M3 6h6l2 2h10v11H3z',
  copies: 'M8 8h12v12H8zM16 8V4H4v12h4',
  tag: 'M4 4h8l8 8-8 8-8-8zM8.500 8.500h.01',
  album: 'M3 8h18v12H3zM5.500 5h13M8 2.500h8',
  account: 'M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0',
  pencil: 'M4 20l1-4L16.500 4.500l3 3L8 19z',
} as const

/** The name of a picture. */
export type IconName = keyof typeof paths

/** A small picture beside a word; nothing for those who listen. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
