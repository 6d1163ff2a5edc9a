import type { FoundFile } from './found-file.js'

const places = ['Lisbon', 'Kyoto', 'Oslo', 'Garden', 'Studio', 'Harbour', 'Mountains', 'Birthday']
const papers = ['Invoice', 'Letter', 'Contract', 'Recipe', 'Notes', 'Report']
const songs = ['Morning', 'Tides', 'Northbound', 'Paper Boats', 'Slow Train', 'Lanterns']

const pick = (from: readonly string[], n: number): string => from[n % from.length] ?? ''

/**
 * A folder that is made up: half of it is the same on each device that has one, the rest is told apart
 * by `seed`. The same for the same seed, and a larger one begins with the smaller ones.
 */
export function sampleFolder(seed: string, count: number): readonly FoundFile[] {
  return Array.from({ length: count }, (_, n) => sampleFile(n % 2 === 0 ? '' : seed, n))
}

function sampleFile(seed: string, n: number): FoundFile {
  // A number that looks like chance, and is the same each time.
  const mixed = Math.imul(n + 1, 0x9e37_79b1) >>> 0
  const { path, least, most } = placeOf(n, mixed)
  const size = least + (mixed % (most - least))
  // Now and then somebody kept the same picture twice.
  const content = n % 50 === 10 ? n - 10 : n
  return {
    path,
    size: content === n ? size : sampleFile(seed, content).size,
    bytes: () => Promise.resolve(new TextEncoder().encode(`${seed} ${content}`)),
  }
}

interface Place {
  readonly path: string
  /** Bytes. */
  readonly least: number
  readonly most: number
}

function placeOf(n: number, mixed: number): Place {
  const number = String(n).padStart(5, '0')
  const year = 2014 + ((mixed >>> 8) % 12)
  const place = pick(places, mixed >>> 12)
  switch (n % 10) {
    case 7:
      return {
        path: `Documents/${year}/${pick(papers, mixed >>> 5)} ${number}.pdf`,
        least: 20e3,
        most: 3e6,
      }
    case 8:
      return {
        path: `Music/${year}/${pick(songs, mixed >>> 5)} ${number}.mp3`,
        least: 3e6,
        most: 12e6,
      }
    case 9:
      return { path: `Videos/${year} ${place}/VID_${number}.mp4`, least: 20e6, most: 900e6 }
    default:
      return { path: `Photos/${year} ${place}/IMG_${number}.jpg`, least: 800e3, most: 9e6 }
  }
}
