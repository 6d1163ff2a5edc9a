import { cut, ProtocolError } from '../errors.js'
import { checkJson, type Json, type JsonObject, limits, utf8Length } from '../json.js'
import { isObjectId, type ObjectId } from '../names.js'
import { list, mapOf, optional, record, scalar, type Shape } from './shape.js'

/** Says who is here, and what is said at once to all who are; kept nowhere. */
export interface PresenceUp {
  readonly object: ObjectId
  /** The states of tabs, by the tab; null takes one back. */
  readonly states?: Readonly<Record<string, JsonObject | null>> | undefined
  /** These are all: a tab that is not among them is gone. */
  readonly whole?: boolean | undefined
  /** Something was missed: tell again who is here. */
  readonly ask?: boolean | undefined
  /** What tabs say to all others, in order. */
  readonly messages?: readonly SaidUp[] | undefined
}

/** A message, and the tab that says it. */
export interface SaidUp {
  readonly tab: string
  readonly message: Json
}

/** Tells who is here, as far as it has changed, and what was said. */
export interface PresenceDown {
  readonly object: ObjectId
  /** Counts what was told of the object: who finds a gap has missed something, and asks. */
  readonly n: number
  /** These are all: whoever is not among them is gone. */
  readonly whole?: boolean | undefined
  readonly peers: readonly (PeerName & { readonly state: JsonObject | null })[]
  readonly messages?: readonly (PeerName & { readonly message: Json })[] | undefined
}

/** Names one tab of one client, as the server knows it: nobody can take another's name. */
export interface PeerName {
  /** Names the browser within what is shared; not the id that it signs in with. */
  readonly client: string
  /** Who `authenticate` says this is; without it, the same as `client`. */
  readonly principal: string
  readonly tab: string
}

/** Tabs of one message. */
const mostTabs = 64
/** Messages of one message up. */
const mostSaid = 64
/** What one message down holds: more than a room does. */
const mostPeers = 65_536

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 8192
const isTab = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,64}$/.test(value)
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Any value that is small; the same rules as for values that are kept. */
const small: Shape<Json> = {
  text: 'small',
  read(value, path) {
    const json = checkJson(value)
    if (utf8Length(JSON.stringify(json)) > limits.presenceBytes) {
      throw new ProtocolError('VALUE_TOO_LARGE', `${path} is over ${limits.presenceBytes} bytes`)
    }
    return json
  },
}
const state: Shape<JsonObject | null> = {
  text: 'state',
  read(value, path) {
    if (value === null) return null
    if (!isObject(value)) throw new ProtocolError('BAD_REQUEST', `${path} is ${cut(value)}`)
    return small.read(value, path) as JsonObject
  },
}

const object = scalar('object', isObjectId, 'BAD_ID')
const tab = scalar('tab', isTab)
const name = scalar('name', isName)
const flag = scalar('flag', isFlag)

/** The decoder of what clients send. */
export const presenceUp: Shape<PresenceUp> = record({
  object,
  states: optional(mapOf(isTab, state, mostTabs)),
  whole: optional(flag),
  ask: optional(flag),
  messages: optional(list(record<SaidUp>({ tab, message: small }), mostSaid)),
})

/** The decoder of what servers send. */
export const presenceDown: Shape<PresenceDown> = record({
  object,
  n: scalar('count', isCount),
  whole: optional(flag),
  peers: list(record({ client: name, principal: name, tab, state }), mostPeers),
  messages: optional(
    list(record({ client: name, principal: name, tab, message: small }), mostPeers),
  ),
})
