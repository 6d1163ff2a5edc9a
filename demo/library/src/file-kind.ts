/** What a file is, as far as its name says. */
export type FileKind = 'image' | 'video' | 'audio' | 'document' | 'file'

const endings: Readonly<Record<Exclude<FileKind, 'file'>, string>> = {
  image: 'jpg jpeg png gif webp avif heic svg tiff bmp raw',
  video: 'mp4 mov webm mkv avi m4v',
  audio: 'mp3 m4a ogg flac wav aac opus',
  document: 'pdf txt md doc docx odt xls xlsx ods csv ppt pptx odp epub html',
}

const kinds = new Map(
  Object.entries(endings).flatMap(([kind, all]) =>
    all.split(' ').map((ending) => [ending, kind as FileKind] as const),
  ),
)

/** Reads the ending of a name. */
export const kindOf = (name: string): FileKind =>
  kinds.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? 'file'
