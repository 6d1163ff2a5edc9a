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
}

/** More have not been given to a client that could not save one of them. */
const keptOpen = 16

/** Begins with what a client brings of which nothing is known: it may have been forgotten. */
export const beginGeneration = (token = ''): Generation => ({
  given: numberOf(token),
  used: token,
  open: [],
})

/** Gives the next token to whoever connects with `token`; undefined when that one has had its time. */
export function nextGeneration(
  generation: Generation,
  token = '',
  id: string,
): { readonly generation: Generation; readonly next: string } | undefined {
  const isCurrent = token === generation.used || generation.open.includes(token)
  // Of a number that was never given: the list is that of a backup, the client is ahead of it.
  if (!isCurrent && numberOf(token) <= generation.given) return undefined
  const given = Math.max(generation.given, numberOf(token)) + 1
  const next = `${given.toString(36)}-${id}`
  const before = token === generation.used ? generation.open : []
  return { next, generation: { given, used: token, open: [...before, next].slice(-keptOpen) } }
}

/** Takes note that a token is saved on the client's disk; undefined when it has had its time. */
export function saveGeneration(generation: Generation, token: string): Generation | undefined {
  if (token === generation.used) return generation
  if (!generation.open.includes(token)) return undefined
  return { ...generation, used: token, open: [] }
}

/** The number in a token; 0 in what is none of ours. */
function numberOf(token: string): number {
  const match = /^([0-9a-z]{1,9})-/.exec(token)
  return match === null ? 0 : Number.parseInt(match[1] as string, 36)
}
