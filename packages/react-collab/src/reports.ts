import type { Leader } from './leader.js'
import type { Platform } from './platform.js'
import { type LeadReport, sameReport, type TabMessage } from './tabs.js'

/** How long a leader gathers what the other tabs are to know. */
const TELL_MS = 20

/** Whom reports come from, and go to. */
export interface ReportsHost {
  readonly platform: Platform
  /** The leader, while this tab leads. */
  readonly leader: () => Leader | undefined
  readonly post: (message: TabMessage) => void
}

const nothing: LeadReport = { connection: { status: 'offline' }, objects: {} }

/** How things stand: as the leader of this tab sees it, else as another tab has told. */
export class Reports {
  readonly #host: ReportsHost
  /** What this tab has told the others, or was told. */
  #told = nothing
  /** A tab has begun that was told nothing. */
  #isAsked = false
  #cancel: (() => void) | undefined

  constructor(host: ReportsHost) {
    this.#host = host
  }

  get latest(): LeadReport {
    return this.#host.leader()?.report ?? this.#told
  }

  get connection(): LeadReport['connection'] {
    return this.#host.leader()?.connection.state ?? this.#told.connection
  }

  /** Tells the other tabs, a moment later: many edits make one message. */
  tell(): void {
    const { leader, platform, post } = this.#host
    if (leader() === undefined || this.#cancel !== undefined) return
    this.#cancel = platform.timer(TELL_MS, () => {
      this.#cancel = undefined
      const report = leader()?.report
      if (report === undefined || (!this.#isAsked && sameReport(report, this.#told))) return
      this.#isAsked = false
      this.#told = report
      post({ type: 'lead', report })
    })
  }

  /** Tells what was told before to a tab that has begun. */
  repeat(): void {
    this.#isAsked = true
    this.tell()
  }

  /** Hears another tab's; true when the connection is another than before. */
  hear(report: LeadReport): boolean {
    const isNew = this.#told.connection.status !== report.connection.status
    this.#told = report
    return isNew
  }

  /** Nobody tells this tab anything any more. */
  cut(): void {
    this.#told = nothing
  }

  /** Keeps what the leader says, before it is gone. */
  keep(): void {
    this.#told = this.latest
  }

  close(): void {
    this.#cancel?.()
  }
}
