import { type AskGuard, keyOf, type Question } from './guard-question.js'
import type { Stumbles } from './stumbles.js'

/** Finds out whether a guard that failed on one event has answers for others. */
export interface GuardProbe {
  /** The guard let this event pass: it should be able to say so again. */
  passed(question: Question): void
  /** Asks about others than `suspect`, each with time of its own; nobody waits for it. */
  start(suspect: Question, later: readonly Question[]): void
}

/** Later events that are asked about at a time. */
const mostLater = 16

/**
 * Makes a probe.
 *
 * It asks first about the last event that passed, of whatever object: so even an edit that nothing
 * follows is told from a guard whose database is away. One probe runs at a time, as what it finds out
 * counts for all, and a guard in trouble should not be asked more than it has to be.
 */
export function createGuardProbe(ask: AskGuard, stumbles: Stumbles): GuardProbe {
  let lastPassed: Question | undefined
  let isRunning = false

  /** Goes on at once after a guard that answers at once. */
  function asked(question: Question, settled: (hasAnswer: boolean) => void): void {
    const answered = (): void => {
      stumbles.answered()
      settled(true)
    }
    const failed = (): void => {
      stumbles.failed(keyOf(question))
      settled(false)
    }
    try {
      const reason = ask(question)
      if (reason instanceof Promise) void reason.then(answered, failed)
      else answered()
    } catch {
      failed()
    }
  }

  function askAll(questions: readonly Question[]): void {
    let waiting = questions.length
    isRunning = waiting > 0
    for (const question of questions) {
      asked(question, () => {
        waiting--
        isRunning = waiting > 0
      })
    }
  }

  return {
    passed: (question) => {
      lastPassed = question
    },
    start(suspect, later) {
      if (isRunning) return
      isRunning = true
      const others = later.slice(0, mostLater)
      if (lastPassed === undefined || keyOf(lastPassed) === keyOf(suspect)) return askAll(others)
      // A guard that fails on what it let pass is asked nothing more.
      asked(lastPassed, (hasAnswer) => askAll(hasAnswer ? others : []))
    },
  }
}
