import { useCallback, useMemo, useState } from 'react'
import { type FoundFile, hashOf } from './found-file.js'
import { type HashedFile, planIndex } from './index-plan.js'
import { useLibrary } from './library-context.js'
import { ref, useRows } from './schema.js'

/** How the indexing of a folder stands. */
export type Indexing =
  | { readonly phase: 'none' }
  /** Contents are being read. */
  | { readonly phase: 'reading'; readonly done: number; readonly total: number }
  /** Rows are being made of them; nothing is shown before all were looked at. */
  | { readonly phase: 'adding'; readonly done: number; readonly total: number }
  /** All of it is in the library of this device, and `total` rows are on their way to the others. */
  | { readonly phase: 'sending'; readonly total: number }
  | {
      readonly phase: 'done'
      readonly total: number
      readonly changed: number
      readonly same: number
    }
  | { readonly phase: 'failed'; readonly reason: string }

/** As many are read at a time; in between the page draws. */
const AT_ONCE = 50

/** Takes the files of a folder into the library, all new ones as one batch. */
export function useIndexing(): readonly [
  indexing: Indexing,
  index: (found: readonly FoundFile[]) => void,
  forget: () => void,
] {
  const { id, devices } = useLibrary()
  const target = useMemo(() => ref.library(id), [id])
  const { data: own, createMany, update } = useRows(target, 'files', { owner: 'me' })
  const [indexing, setIndexing] = useState<Indexing>({ phase: 'none' })
  const device = devices.mine?.id

  const run = async (found: readonly FoundFile[]): Promise<void> => {
    if (device === undefined || own === undefined) return
    const hashed = await hashAll(found, (done) =>
      setIndexing({ phase: 'reading', done, total: found.length }),
    )
    const plan = planIndex(hashed, own, device)
    for (const { id: file, file: fields } of plan.changed) update(file, fields)
    const added = createMany(plan.fresh, {
      onProgress: ({ checked, shown, total }) =>
        setIndexing({ phase: 'adding', done: checked + shown, total: 2 * total }),
    })
    await added.local
    setIndexing({ phase: 'sending', total: plan.fresh.length })
    await added.server
    const changed = plan.changed.length
    setIndexing({ phase: 'done', total: plan.fresh.length, changed, same: plan.same })
  }

  return [
    indexing,
    (found) =>
      void run(found).catch(({ message }: Error) =>
        setIndexing({ phase: 'failed', reason: message }),
      ),
    useCallback(() => setIndexing({ phase: 'none' }), []),
  ]
}

async function hashAll(
  found: readonly FoundFile[],
  onDone: (done: number) => void,
): Promise<readonly HashedFile[]> {
  const hashed: HashedFile[] = []
  for (let from = 0; from < found.length; from += AT_ONCE) {
    onDone(from)
    const some = found.slice(from, from + AT_ONCE)
    const hashes = await Promise.all(some.map(hashOf))
    some.forEach(({ path, size }, i) => hashed.push({ path, size, hash: hashes[i] ?? '' }))
    await new Promise((resolve) => setTimeout(resolve))
  }
  return hashed
}
