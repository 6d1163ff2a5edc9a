import { personColors } from '../../shell/colors.js'

interface Colored {
  readonly id: string
  /** That of its person; undefined where nobody said. */
  readonly color?: string | undefined
}

const shape = /^#[0-9a-f]{6}$/i

/**
 * Gives each device a colour that no other has, as long as there are enough: its person's, unless a device
 * with a smaller id has it. Hence the same one on all devices.
 */
export function deviceColors(devices: readonly Colored[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>()
  for (const { id, color = '' } of devices.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const taken = new Set(given.values())
    const isFree = shape.test(color) && !taken.has(color)
    given.set(id, isFree ? color : freeColor(taken, given.size))
  }
  return given
}

/** The next colour of all that is not taken; once all are, they begin anew. */
function freeColor(taken: ReadonlySet<string>, index: number): string {
  const all = personColors.map(([color]) => color)
  return all.find((color) => !taken.has(color)) ?? all[index % all.length] ?? '#1971c2'
}
