import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useRows } from 'react-collab'
import { CONTACTS } from './contact.js'
import { type Choices, nextStep } from './generator.js'
import { type Page, usePage } from './page-context.js'

/** Makes edits by itself, through the same calls as a person's hands. Counts them. */
export function useGenerator(isRunning: boolean, perSecond: number): number {
  const page = usePage()
  const shown = useRows(page.book, CONTACTS)
  const deleted = useRows(page.book, CONTACTS, { deleted: true })
  const [made, setMade] = useState(0)
  const latest = useRef<Choices & { page: Page }>({ shown: [], deleted: [], page })
  useLayoutEffect(() => {
    latest.current = { shown: idsOf(shown.data), deleted: idsOf(deleted.data), page }
  })
  useEffect(() => {
    if (!isRunning) return undefined
    const timer = setInterval(() => {
      makeStep(latest.current, latest.current.page)
      setMade((count) => count + 1)
    }, 1000 / perSecond)
    return () => clearInterval(timer)
  }, [isRunning, perSecond])
  return made
}

type Rows = readonly { readonly id?: unknown }[]

const idsOf = (rows: Rows | undefined): Choices['shown'] => (rows ?? []) as Choices['shown']

function makeStep(choices: Choices, page: Page): void {
  const step = nextStep(Math.random, choices)
  switch (step.kind) {
    case 'create':
      page.add(step.values)
      break
    case 'update':
      page.update(step.id, { [step.field]: step.value })
      break
    case 'delete':
      page.removeQuietly(step.id)
      break
  }
}
