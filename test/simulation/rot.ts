import type { RowPage } from '@react-collab/core'
import type { createMemoryDisk } from 'react-collab/testing'

type Disk = ReturnType<typeof createMemoryDisk>

/** Changes the first text among the rows of people that lie on a disk; false where there is none. */
export const rotDisk = (disk: Disk): Promise<boolean> =>
  disk.run('relaxed', ['chunks', 'rows'], async (tx) => {
    for (const record of await tx.getAll('rows', { from: [''], to: ['\uffff'] })) {
      // Of what is shown only its order is looked at.
      if (record.row === undefined || !record.row.includes('"name":"')) continue
      tx.put('rows', { ...record, row: record.row.replace('"name":"', '"name":"rotten ') })
      return true
    }
    const chunks = await tx.getAll('chunks', { from: -Infinity, to: ['\uffff'] })
    for (const chunk of chunks) {
      const page = rotten(JSON.parse(chunk.page) as RowPage)
      if (page === undefined) continue
      tx.put('chunks', { ...chunk, page: JSON.stringify(page) })
      return true
    }
    return false
  })

function rotten({ groups, ...page }: RowPage): RowPage | undefined {
  const isOfPeople = (group: RowPage['groups'][number]): boolean =>
    group.keys[0]?.startsWith('contacts/row') === true &&
    !group.fields.some((field) => field.startsWith('$')) &&
    typeof group.values[0] === 'string'
  const at = groups.findIndex(isOfPeople)
  const group = groups[at]
  if (group === undefined) return undefined
  const [first, ...values] = group.values
  const other = { ...group, values: [`${first as string} rotten`, ...values] }
  return { ...page, groups: groups.with(at, other) }
}
