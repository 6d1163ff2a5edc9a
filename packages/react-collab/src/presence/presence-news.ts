import type { Json, JsonObject, ObjectId, PresenceDown } from '@react-collab/core'

/** What tabs of one client tell each other of who is here. */
export type PresenceNews =
  /** What a tab shows of itself, by object; null takes it back. `whole`: it shows nothing else. */
  | {
      readonly type: 'shown'
      readonly tab: string
      readonly states: Readonly<Record<string, JsonObject | null>>
      readonly whole: boolean
    }
  | {
      readonly type: 'said'
      readonly tab: string
      readonly object: ObjectId
      readonly message: Json
    }
  /** Asks all to tell again; in a census, who has not answered for a while is forgotten. */
  | { readonly type: 'tell'; readonly isCensus: boolean }
  /** The leader passes on what the server tells of those who are elsewhere. */
  | { readonly type: 'presence'; readonly told: PresenceDown }
  /** The leader tells who the server takes this browser for. */
  | { readonly type: 'principal'; readonly principal: string }

const types: ReadonlySet<string> = new Set(['shown', 'said', 'tell', 'presence', 'principal'])

/** Tells news of presence from what else tabs tell each other. */
export const isPresenceNews = (message: { readonly type: string }): message is PresenceNews =>
  types.has(message.type)
