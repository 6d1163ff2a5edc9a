import {
  createCollab,
  defineSchema,
  derived,
  local,
  object,
  owned,
  ref as refTo,
  type RowIn,
  shared,
  type Shown,
  value,
} from 'react-collab'
import type { FileKind } from './file-kind.js'
import { type Content, contentOf, type GroupedFile } from './content.js'

/**
 * The files of several devices, and what people say about them.
 *
 * Each device owns its card and its files. Tags and albums are everybody's, and so is which file has
 * which: a row each, as only its owner may write a file. What files have the same content each device
 * finds out for itself.
 */
export const schema = defineSchema({
  library: object({
    devices: owned(
      {
        name: value<string>(),
        /** What the pool of clients calls it. */
        client: value<string>(),
        /** Its person's, as `#1971c2`. */
        color: value<string>(),
      },
      { by: 'client' },
    ),
    files: owned(
      {
        name: value<string>(),
        path: value<string>(),
        /** SHA-256 of the content, in hex. */
        hash: value<string>(),
        /** Bytes. */
        size: value<number>(),
        kind: value<FileKind>(),
        device: refTo('devices'),
      },
      { by: 'client' },
    ),
    tags: shared({ name: value<string>() }),
    albums: shared({ name: value<string>() }),
    tagged: shared({ file: refTo('files'), label: refTo('tags') }),
    collected: shared({ file: refTo('files'), label: refTo('albums') }),
    contents: derived<Content, GroupedFile>('files', {
      key: ({ hash }) => hash,
      reduce: contentOf,
    }),
    view: local({
      list: value<'files' | 'copies'>(),
      sort: value<'name' | 'path' | 'size'>(),
      descending: value<boolean>(),
      /** Which content is open; empty for none. */
      content: value<string>(),
    }),
  }),
})

export const { ref, useRow, useRows, useOverwritten } = createCollab(schema)

type Library = typeof schema.objects.library

/** A file, as it is shown. */
export type LibraryFile = Shown<RowIn<Library, 'files'>>

/** What a device says of itself. */
export type DeviceCard = Shown<RowIn<Library, 'devices'>>

/** What stands behind a content: how often it is there, and where. */
export type SharedContent = Shown<RowIn<Library, 'contents'>>
