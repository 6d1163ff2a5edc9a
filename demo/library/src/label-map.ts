/** A tag or an album. */
export interface Label {
  readonly id: string
  readonly name?: string
}

/** Says that a file has a label. */
export interface Labelled {
  readonly file?: string
  readonly label?: string
}

/** Which file has which labels, looked at from both sides. */
export interface LabelsOfFiles {
  /** By label. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>
  /** By file, in the order of the labels. */
  readonly labels: ReadonlyMap<string, readonly Label[]>
}

/** Brings together what is said of files; what is said of a label or a file that is deleted does not count. */
export function mapLabels(
  labels: readonly Label[],
  said: readonly Labelled[],
  isFile: (id: string) => boolean,
): LabelsOfFiles {
  const files = new Map<string, Set<string>>(labels.map(({ id }) => [id, new Set()]))
  for (const { file, label } of said)
    if (file !== undefined && label !== undefined && isFile(file)) files.get(label)?.add(file)
  const byFile = new Map<string, Label[]>()
  for (const label of labels)
    for (const file of files.get(label.id) ?? []) {
      const all = byFile.get(file)
      if (all === undefined) byFile.set(file, [label])
      else all.push(label)
    }
  return { files, labels: byFile }
}

const MOST_ID = 64

/**
 * The id of a new label: of its name, so that two devices which make it offline make one; undefined
 * where one of another name has that.
 */
export function labelIdOf(name: string, labels: readonly Label[]): string | undefined {
  const id = name.trim().toLowerCase().slice(0, MOST_ID)
  return labels.some((label) => label.id === id) ? undefined : id
}

/** Finds a label by its name, in whatever case. */
export const labelNamed = (name: string, labels: readonly Label[]): Label | undefined =>
  labels.find((label) => label.name?.toLowerCase() === name.trim().toLowerCase())
