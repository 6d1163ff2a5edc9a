import { useMemo } from 'react'
import { type Label, labelIdOf, labelNamed, type LabelsOfFiles, mapLabels } from './label-map.js'
import { ref, useRows } from './schema.js'

/** All tags, or all albums: which file has which, and what can be done with them. */
export interface Labels extends LabelsOfFiles {
  /** By name. */
  readonly all: readonly Label[]
  /** Gives a file the label of a name, which is made if there is none. */
  readonly give: (file: string, name: string) => void
  readonly take: (file: string, label: string) => void
  readonly make: (name: string) => void
  readonly rename: (label: string, name: string) => void
  readonly remove: (label: string) => void
  readonly restore: (label: string) => void
}

/** Reads the tags of a library. */
export const useTags = (library: string, isFile: (id: string) => boolean): Labels =>
  useLabels(library, { labels: 'tags', said: 'tagged' }, isFile)

/** Reads the albums of a library. */
export const useAlbums = (library: string, isFile: (id: string) => boolean): Labels =>
  useLabels(library, { labels: 'albums', said: 'collected' }, isFile)

type Names =
  | { readonly labels: 'tags'; readonly said: 'tagged' }
  | { readonly labels: 'albums'; readonly said: 'collected' }

function useLabels(library: string, names: Names, isFile: (id: string) => boolean): Labels {
  const target = useMemo(() => ref.library(library), [library])
  const labels = useRows(target, names.labels, { orderBy: 'name' })
  const said = useRows(target, names.said)
  const all = labels.data ?? none
  const files = said.data ?? none
  const map = useMemo(() => mapLabels(all, files, isFile), [all, files, isFile])
  return useMemo(() => {
    const make = (name: string): string => {
      const known = labelNamed(name, all)
      if (known !== undefined) return known.id
      const id = labelIdOf(name, all)
      return labels.add({ name: name.trim(), ...(id !== undefined && { id }) }).id
    }
    return {
      ...map,
      all,
      make,
      give(file, name) {
        const label = make(name)
        // Named by both: said on two devices at a time, it is one row.
        said.add({ id: `${file} ${label}`, file, label })
      },
      take: (file, label) => void said.remove(`${file} ${label}`),
      rename: (label, name) => void labels.update(label, { name }),
      remove: (label) => void labels.remove(label),
      restore: (label) => void labels.restore(label),
    }
  }, [map, all, labels, said])
}

const none: readonly never[] = []
