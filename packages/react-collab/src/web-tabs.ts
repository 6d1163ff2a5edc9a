import { UsageError } from '@react-collab/core'
import type { Platform } from './platform.js'
import { createRollCall, isRollMessage, type RollMessage } from './roll-call.js'
import { UNLOCKED_SLOT } from './store/store.js'
import type { TabMessage, Tabs } from './tabs.js'

/** A leader that does not answer for this long is replaced; a frozen tab never answers. */
const SILENCE_MS = 4000
/** How often a tab that is shown asks whether its leader lives. */
const PROBE_MS = 3000

/** The part of the Web Locks API that tabs use. */
export interface TabLocks {
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly steal?: boolean },
    granted: (lock: object | null) => unknown,
  ): Promise<unknown>
}

/** What tabs need of a browser, or of a simulator. */
export interface TabHost {
  /** Missing on plain http. */
  readonly locks: TabLocks | undefined
  channel(name: string): TabChannel
}

/** A way to all other tabs of the client; what one posts, the others hear. */
export interface TabChannel {
  post(message: unknown): void
  listen(listener: (message: unknown) => void): void
  close(): void
}

/**
 * Opens a channel that is shut while the tab is frozen.
 *
 * Chromium goes on to call a frozen tab with messages, but with nothing else: it would answer for
 * a leader that cannot lead, and begin transactions that do not end and block all other tabs.
 */
function openChannel(name: string): TabChannel {
  let channel: BroadcastChannel | undefined
  let heard: ((message: unknown) => void) | undefined
  const open = (): void => {
    channel = new BroadcastChannel(name)
    channel.onmessage = (event: MessageEvent<unknown>) => heard?.(event.data)
  }
  const leave = (): void => heard?.({ type: 'leaving' } satisfies TabMessage)
  const shut = (): void => {
    channel?.close()
    channel = undefined
  }
  const resume = (): void => {
    open()
    heard?.({ type: 'missed' } satisfies TabMessage)
  }
  open()
  const page = globalThis.document as Document | undefined
  const freeze = (): void => {
    leave()
    shut()
  }
  // A page that is kept for the way back was never frozen as far as its channel knows.
  const show = (event: PageTransitionEvent): void => {
    if (event.persisted) heard?.({ type: 'missed' } satisfies TabMessage)
  }
  page?.addEventListener('freeze', freeze)
  page?.defaultView?.addEventListener('pagehide', leave)
  page?.defaultView?.addEventListener('pageshow', show)
  page?.addEventListener('resume', resume)
  return {
    post: (message) => channel?.postMessage(message),
    listen: (listener) => {
      heard = listener
    },
    close: () => {
      shut()
      page?.removeEventListener('freeze', freeze)
      page?.defaultView?.removeEventListener('pagehide', leave)
      page?.defaultView?.removeEventListener('pageshow', show)
      page?.removeEventListener('resume', resume)
    },
  }
}

/** The browser's Web Locks and BroadcastChannel; Web Locks are missing on plain http. */
export const browserTabs: TabHost = {
  locks: globalThis.navigator?.locks,
  channel: openChannel,
}

/**
 * Makes one tab's view of the tabs that share the database `name` (R14).
 *
 * A Web Lock says who leads, and passes the lead on when its tab closes. A tab that is frozen keeps
 * its lock: so the leader is also asked, by message, and when it does not answer its lock is
 * stolen. Safety never rests on this: the number that a new leader takes on disk fences the old one.
 *
 * Where there are no locks, a tab asks at its start who is there, and leads when nobody does.
 */
export function createTabs(name: string, platform: Platform, host: TabHost): Tabs {
  const channel = host.channel(name)
  const listeners = new Set<(message: TabMessage) => void>()
  const releases = new Set<() => void>()
  let leading = false
  let inLine = false
  let closed = false
  let onLead: (() => void) | undefined
  let onLost: (() => void) | undefined
  let cancelProbe: (() => void) | undefined
  let cancelVerdict: (() => void) | undefined
  let releaseLead: (() => void) | undefined
  const roll =
    host.locks === undefined
      ? createRollCall(
          platform,
          (message) => channel.post(message),
          () => leading,
        )
      : undefined

  channel.listen((data) => {
    const message = data as TabMessage | RollMessage
    if (isRollMessage(message)) return roll?.hear(message)
    if (message.type === 'ping') return leading && channel.post({ type: 'pong' })
    if (message.type === 'pong' || message.type === 'lead') {
      cancelVerdict?.()
      cancelVerdict = undefined
    }
    for (const listener of listeners) listener(message)
    return undefined
  })
  roll?.begin()

  /** Holds a lock until released; `granted` is called once it is held. */
  async function hold(
    lock: string,
    options: Parameters<TabLocks['request']>[1],
    granted: (release: () => void) => void,
  ): Promise<boolean> {
    const got = await host.locks?.request(`${name}:${lock}`, options, (held) => {
      if (held === null || closed) return false
      return new Promise<boolean>((resolve) => {
        const release = (): void => resolve(true)
        releases.add(release)
        granted(release)
      })
    })
    return got !== false
  }

  async function slot(): Promise<number> {
    if (roll !== undefined) return UNLOCKED_SLOT + (await roll.slot())
    for (let slot = 0; !closed; slot++) {
      const got = await new Promise<boolean>((resolve, reject) => {
        hold(`slot:${slot}`, { ifAvailable: true }, () => resolve(true)).then(resolve, reject)
      })
      if (got) return slot
    }
    // A slot that was not leased may be another tab's.
    throw new UsageError('CLOSED', 'the client was closed')
  }

  function lead(release?: () => void): void {
    if (closed) return
    releaseLead = release
    cancelVerdict?.()
    // Stolen from this tab itself, which came to lead while it asked.
    if (leading) return
    leading = true
    channel.post({ type: 'pong' })
    onLead?.()
  }

  /** Asks for the lock; when it is stolen from us, the fence does the rest. */
  function request(options: { readonly steal?: boolean }): void {
    let held: (() => void) | undefined
    hold('lead', options, (release) => {
      held = release
      if (options.steal !== true) inLine = false
      lead(release)
    }).catch(() => {
      if (closed) return
      if (leading && releaseLead === held) lose()
      queue()
    })
  }

  /** Waits in line for the lead, once however often it is asked. */
  function queue(): void {
    if (inLine || host.locks === undefined) return
    inLine = true
    request({})
  }

  function lose(): void {
    leading = false
    releaseLead = undefined
    onLost?.()
  }

  function probe(): void {
    cancelProbe = platform.timer(PROBE_MS, probe)
    if (leading || cancelVerdict !== undefined) return
    cancelVerdict = platform.timer(SILENCE_MS, () => {
      cancelVerdict = undefined
      if (host.locks === undefined) lead()
      else request({ steal: true })
    })
    channel.post({ type: 'ping' })
  }

  return {
    slot,
    campaign(won, lost) {
      onLead = won
      onLost = lost
      if (roll === undefined) queue()
      else void roll.isFirst().then((isFirst) => isFirst && lead())
      probe()
    },
    resign() {
      leading = false
      releaseLead?.()
      releaseLead = undefined
      queue()
    },
    post: (message) => {
      if (!closed) channel.post(message)
    },
    listen: (listener) => void listeners.add(listener),
    close() {
      closed = true
      leading = false
      cancelProbe?.()
      cancelVerdict?.()
      roll?.close()
      for (const release of releases) release()
      channel.close()
    },
  }
}
