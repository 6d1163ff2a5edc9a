import type { Platform } from './platform.js'

/** How long a tab waits to hear who is there. */
const ASK_MS = 300

/** What tabs ask and answer where no Web Locks tell who is there. */
export type RollMessage =
  | { readonly type: 'who'; readonly tab: string }
  /** `slot` is missing while the tab waits for answers itself; `leads` tells also who is about to. */
  | {
      readonly type: 'here'
      readonly tab: string
      readonly slot: number | undefined
      readonly leads: boolean
    }

/** Asks once, at the start, which tabs are there. */
export interface RollCall {
  /** Begins; answers may come at once. */
  begin(): void
  /** The lowest slot that no tab holds; tabs that ask at the same time get different ones. */
  slot(): Promise<number>
  /** Whether nobody leads, and this tab goes before all others that ask at the same time. */
  isFirst(): Promise<boolean>
  hear(message: RollMessage): void
  close(): void
}

interface Found {
  readonly slot: number
  readonly isFirst: boolean
}

/** Tells a roll call from what else tabs tell each other. */
export const isRollMessage = (message: { readonly type: string }): message is RollMessage =>
  message.type === 'who' || message.type === 'here'

/**
 * Makes a roll call. A frozen tab does not answer, and may find its slot taken when it thaws: the
 * disk then refuses its edits, as their numbers are not above those that were written since.
 */
export function createRollCall(
  platform: Platform,
  post: (message: RollMessage) => void,
  leads: () => boolean,
): RollCall {
  const tab = platform.id()
  const askers = new Set<string>()
  const held = new Map<string, number>()
  let isLed = false
  let isFirst = false
  let slot: number | undefined
  let cancel = (): void => undefined

  const tell = (): void => post({ type: 'here', tab, slot, leads: isFirst || leads() })

  let resolve: (found: Found) => void = () => undefined
  const asked = new Promise<Found>((done) => (resolve = done))

  function choose(): void {
    const before = [...askers].filter((other) => other < tab).length
    slot = freeSlot(new Set(held.values()), before)
    isFirst = !isLed && before === 0
    tell()
    resolve({ slot, isFirst })
  }

  return {
    begin() {
      cancel = platform.timer(ASK_MS, choose)
      post({ type: 'who', tab })
    },
    slot: async () => (await asked).slot,
    isFirst: async () => (await asked).isFirst,
    hear(message) {
      if (message.type === 'who') tell()
      const theirs = message.type === 'here' ? message.slot : undefined
      if (message.type === 'here' && message.leads) isLed = true
      if (theirs === undefined) askers.add(message.tab)
      else {
        askers.delete(message.tab)
        held.set(message.tab, theirs)
      }
    },
    close: () => cancel(),
  }
}

/** The lowest slot that is free when as many tabs as `before` have chosen. */
function freeSlot(held: ReadonlySet<number>, before: number): number {
  let left = before
  for (let slot = 0; ; slot++) if (!held.has(slot) && left-- === 0) return slot
}
