import {
  type Event,
  type Failure,
  limits,
  type Push,
  readEvents,
  type Refusal,
} from '@react-collab/core'

/** A push whose events were read, as far as they could be. */
export interface ReadPush {
  readonly events: readonly Event[]
  readonly texts: readonly string[]
  readonly refused: readonly Refusal[]
  readonly failure: Failure | undefined
  /** The first event that `failure` concerns; without it, all of them. */
  readonly failsFrom?: number | undefined
}

/** Reads the events of a push; a wrong one is refused alone, a push that is too large as a whole. */
export function readPush({ events }: Push): ReadPush {
  const texts = events.map((event) => JSON.stringify(event))
  let length = 0
  for (const text of texts) length += text.length
  if (isOver(length, limits.pushBytes, texts)) return tooLarge
  const refused = readEvents(events).map(({ index, error }) => ({
    index,
    code: error.code,
    message: error.message,
  }))
  // An index of `refused` may hold anything; the log looks at such an item with care.
  return { events: events as readonly Event[], texts, refused, failure: undefined }
}

const tooLarge: ReadPush = {
  events: [],
  texts: [],
  refused: [],
  failure: { code: 'PAYLOAD_TOO_LARGE', message: `a push has at most ${limits.pushBytes} bytes` },
}

function isOver(length: number, most: number, texts: readonly string[]): boolean {
  if (length > most) return true
  // No UTF-16 unit takes more than three bytes.
  return length * 3 > most && texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > most
}
