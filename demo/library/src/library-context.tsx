import { createContext, type JSX, type ReactNode, useContext, useMemo, useState } from 'react'
import type { RowsState } from 'react-collab'
import { createToasts, type Toasts } from '../../shell/toast-list.js'
import { type LibraryFile, ref, useRows } from './schema.js'
import { type LibraryDevices, useDevices } from './use-device.js'
import { type Labels, useAlbums, useTags } from './use-labels.js'
import { useView, type View } from './use-view.js'

/** What every part of the page works with. */
export interface Library {
  readonly id: string
  /** In the order that the view says. */
  readonly files: RowsState<readonly LibraryFile[]>
  readonly fileOf: (id: string) => LibraryFile | undefined
  readonly devices: LibraryDevices
  readonly tags: Labels
  readonly albums: Labels
  readonly view: View
  readonly look: (change: Partial<View>) => void
  readonly rename: (file: string, name: string) => void
  /** Deletes, and offers to undo; throws for a file of another device. */
  readonly remove: (file: LibraryFile) => void
  readonly toasts: Toasts
}

const LibraryContext = createContext<Library | undefined>(undefined)

interface LibraryProviderProps {
  readonly id: string
  readonly children: ReactNode
}

/** Gives one library to the page. */
export function LibraryProvider({ id, children }: LibraryProviderProps): JSX.Element {
  const [toasts] = useState(createToasts)
  const target = useMemo(() => ref.library(id), [id])
  const [view, look] = useView(id)
  const { sort: orderBy, descending } = view
  const files = useRows(target, 'files', { orderBy, descending })
  const byId = useMemo(() => new Map(files.data?.map((file) => [file.id, file])), [files.data])
  const isFile = useMemo(() => (file: string) => byId.has(file), [byId])
  const devices = useDevices(id)
  const tags = useTags(id, isFile)
  const albums = useAlbums(id, isFile)
  const library = useMemo<Library>(
    () => ({
      id,
      files,
      fileOf: (file) => byId.get(file),
      devices,
      tags,
      albums,
      view,
      look,
      toasts,
      rename: (file, name) => void files.update(file, { name }),
      remove(file) {
        files.remove(file.id)
        toasts.show(`Deleted ${file.name ?? 'a file'}`, {
          label: 'Undo',
          run: () => void files.restore(file.id),
        })
      },
    }),
    [id, files, byId, devices, tags, albums, view, look, toasts],
  )
  return <LibraryContext value={library}>{children}</LibraryContext>
}

/** The library that is open, and the ways to change it. */
export function useLibrary(): Library {
  const library = useContext(LibraryContext)
  if (library === undefined) throw new Error('useLibrary needs a LibraryProvider above it')
  return library
}
