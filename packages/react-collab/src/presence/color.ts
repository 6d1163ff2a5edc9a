import { cut, UsageError } from '@react-collab/core'

/** Colours that are told apart, and seen on light and on dark ground. */
const palette = [
  '#e03131',
  '#1971c2',
  '#2f9e44',
  '#9c36b5',
  '#e8590c',
  '#0c8599',
  '#d6336c',
  '#6741d9',
  '#66a80f',
  '#3b5bdb',
  '#f08c00',
  '#099268',
] as const

/** Gives a name, or an id, a colour: the same one everywhere. */
export function colorOf(seed: string): string {
  if (typeof seed !== 'string')
    throw new UsageError('BAD_VALUE', `a colour is of a name or an id, not of ${cut(seed)}`)
  let hash = 7
  for (const char of seed) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 999_983
  return palette[hash % palette.length] ?? palette[0]
}

/** Black or white: what is read better on a colour such as `#1971c2`. */
export function inkOn(color: string): '#000000' | '#ffffff' {
  if (!isColor(color))
    throw new UsageError('BAD_VALUE', `a colour is as '#1971c2', not ${cut(color)}`)
  // Where the contrasts to black and to white are equal.
  return luminanceOf(color) > Math.sqrt(1.05 * 0.05) - 0.05 ? '#000000' : '#ffffff'
}

/** Whether a text is a colour that may be put into a style. */
export const isColor = (value: unknown): value is string =>
  typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value)

/** The relative luminance of a colour, 0 to 1. Source: WCAG 2.2 */
function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
