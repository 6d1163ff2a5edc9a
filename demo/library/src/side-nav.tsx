import { type JSX, useMemo } from 'react'
import type { Rejected } from 'react-collab'
import { RefusedPanel } from '../../shell/refused-panel.js'
import { DeviceList } from './device-list.js'
import type { Filter } from './filter.js'
import { LabelList } from './label-list.js'
import { useLibrary } from './library-context.js'
import { OverwrittenList } from './overwritten-list.js'

interface SideNavProps {
  readonly filter: Filter
  readonly onFilter: (change: Partial<Filter>) => void
}

/** What the files can be filtered by: devices, tags, albums. */
export function SideNav({ filter, onFilter }: SideNavProps): JSX.Element {
  const { id, files, tags, albums, toasts } = useLibrary()
  const counts = useMemo(() => {
    const all = new Map<string, number>()
    for (const { device = '' } of files.data ?? []) all.set(device, (all.get(device) ?? 0) + 1)
    return all
  }, [files.data])
  const onRemoved = (name: string, restore: () => void): void =>
    void toasts.show(`Deleted ${name}`, { label: 'Undo', run: restore })
  return (
    <>
      <DeviceList
        counts={counts}
        chosen={filter.device}
        onChoose={(device) => onFilter({ device })}
      />
      <LabelList
        title="Tags"
        one="a tag"
        icon="tag"
        labels={tags}
        chosen={filter.tag}
        onChoose={(tag) => onFilter({ tag })}
        onRemoved={onRemoved}
      />
      <LabelList
        title="Albums"
        one="an album"
        icon="album"
        labels={albums}
        chosen={filter.album}
        onChoose={(album) => onFilter({ album })}
        onRemoved={onRemoved}
      />
      <OverwrittenList />
      <RefusedPanel object={id} textOf={refusedText} />
    </>
  )
}

/** What a refused edit would have written, in words. */
function refusedText({ event: [, , patches] }: Rejected): string {
  const name = patches.find(([kind, , field]) => kind === '=' && field === 'name')?.[3]
  return typeof name === 'string' ? name : 'A change without a name'
}
