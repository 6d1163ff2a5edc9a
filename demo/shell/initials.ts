/** The first letters of the first and the last word; what encloses them is none. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return ends
    .map((word) => [...(word ?? '')].find((letter) => !/\p{P}/u.test(letter)) ?? '')
    .join('')
    .toLocaleUpperCase()
}
