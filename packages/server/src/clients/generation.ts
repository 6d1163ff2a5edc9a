/**
 * The tokens of one client's connects: each is given in a welcome, for the next one (R9).
 *
 * A token that a session has shown to be saved, or that was used, ends all that came before: whoever
 * brings one of those has a copy of the client's disk, or an older state of it.
 */
export interface Generation {
  /** How many tokens were given; each holds its number. */
  readonly given: number
  /** The token that the last connect used; empty where it brought none. */
  readonly used: string
  /** Tokens given to whoever used that one, of which none is known to be saved. */
  readonly open: readonly string[]
  /** The last tokens that had their time. */
  readonly spent: readonly string[]
}

/** More have not been given to a client that could not save one of them. */
const keptOpen = 16
/** Tokens that are remembered after their time; what is older is known by its number. */
const keptSpent = 32

/** Begins with what a client brings of which nothing is known: it may have been forgotten. */
export const beginGeneration = (token = ''): Generation => ({
  given: numberOf(token),
  used: token,
  open: [],
  spent: [],
})

/** Gives the next token to whoever connects with `token`; undefined when that one has had its time. */
export function nextGeneration(
  generation: Generation,
  token = '',
  id: string,
): { readonly generation: Generation; readonly next: string } | undefined {
  if (isSpent(generation, token)) return undefined
  const given = Math.max(generation.given, numberOf(token)) + 1
  const next = `${given.toString(36)}-${id}`
  const { used, open, spent } = token === generation.used ? generation : take(generation, token)
  const all = [...open, next]
  const dropped = all.slice(0, -keptOpen)
  return {
    next,
    generation: { given, used, open: all.slice(-keptOpen), spent: keep([...spent, ...dropped]) },
  }
}

/**
 * Whether a token had its time. One that was never given is no such: what is known here is that of a
 * backup, and the client has seen what came after.
 */
function isSpent({ given, used, open, spent }: Generation, token: string): boolean {
  if (token === used || open.includes(token)) return false
  return spent.includes(token) || numberOf(token) <= given - keptSpent
}

/** Ends all tokens but one. */
const take = ({ given, used, open, spent }: Generation, token: string): Generation => ({
  given,
  used: token,
  open: [],
  spent: keep([...spent, used, ...open].filter((one) => one !== token)),
})

const keep = (spent: readonly string[]): string[] => spent.slice(-keptSpent)

/** Takes note that a token is saved on the client's disk; undefined when it has had its time. */
export function saveGeneration(generation: Generation, token: string): Generation | undefined {
  if (token === generation.used) return generation
  if (!generation.open.includes(token)) return undefined
  return take(generation, token)
}

/** The number in a token; 0 in what is none of ours. */
function numberOf(token: string): number {
  const match = /^([0-9a-z]{1,9})-/.exec(token)
  return match === null ? 0 : Number.parseInt(match[1] as string, 36)
}
