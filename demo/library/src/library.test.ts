import { expect, test } from 'vitest'
import { schema as serverSchema } from '../../server.config.mjs'
import { databaseName, otherDeviceLink, readAddress } from './address.js'
import { contentOf } from './content.js'
import { deviceColors } from './device-colors.js'
import { kindOf } from './file-kind.js'
import { filesIn, isFiltering, noFilter } from './filter.js'
import { foundFile, hashOf } from './found-file.js'
import { planIndex } from './index-plan.js'
import { labelIdOf, labelNamed, mapLabels } from './label-map.js'
import { sampleFolder } from './sample-folder.js'
import { type LibraryFile, schema } from './schema.js'
import { fileIn } from './use-open-file.js'
import { countWords, folderOf, sizeWords } from './words.js'

const file = (id: string, fields: Partial<LibraryFile> = {}): LibraryFile =>
  ({ id, owner: 'o', mine: true, ...fields }) as LibraryFile

test('the server knows whose rows are whose, as the page does', () => {
  const kinds = ({ objects }: Pick<typeof serverSchema, 'objects'>) =>
    Object.entries(objects['library'] ?? {}).map(([name, member]) => [
      name,
      member.kind,
      'by' in member ? member.by : undefined,
    ])
  expect(kinds(serverSchema)).toEqual(kinds(schema as never))
})

test('the address names library, server and device', () => {
  const at = (search: string) => readAddress(`https://collab.example/library/${search}`)
  expect(at('')).toEqual({ library: 'library', server: 'https://collab.example' })
  expect(at('?library=home&server=http://localhost:1/x')).toEqual({
    library: 'home',
    server: 'http://localhost:1',
  })
  expect(at('?library=no such&server=none').library).toBe('library')
  expect([databaseName('x', undefined), databaseName('x', 'b')]).toEqual([
    'library x',
    'library x b',
  ])
  const link = (device?: string) => otherDeviceLink('https://a.example/?library=x#file=1', device)
  expect([link(), link('b'), link('z')]).toEqual([
    'https://a.example/?library=x&device=b',
    'https://a.example/?library=x&device=c',
    'https://a.example/?library=x',
  ])
  expect(['#file=a%7Eb', '#other', '#file=%'].map(fileIn)).toEqual(['a~b', undefined, undefined])
})

test('sizes, counts, folders and kinds are said in words', () => {
  expect([0, 999, 1000, 1_250_000, 3e9, 5e15].map(sizeWords)).toEqual([
    '0 B',
    '999 B',
    '1.0 KB',
    '1.3 MB',
    '3.0 GB',
    '5000.0 TB',
  ])
  expect([countWords(1, 'copy', 'copies'), countWords(2000, 'file')]).toEqual([
    '1 copy',
    '2,000 files',
  ])
  expect(['a/b/c.txt', 'c.txt'].map(folderOf)).toEqual(['a/b', ''])
  expect(['a.JPG', 'b.mp4', 'c.flac', 'd.pdf', 'Makefile'].map(kindOf)).toEqual([
    'image',
    'video',
    'audio',
    'document',
    'file',
  ])
})

test('files of one content are summed up', () => {
  const one = { name: 'a.jpg', kind: 'image', size: 10 } as const
  expect(contentOf([{ ...one, device: 'x' }, { device: 'y' }, { device: 'x' }])).toEqual({
    ...one,
    copies: 3,
    devices: ['x', 'y'],
    spare: 20,
  })
  expect(contentOf([one]).spare).toBe(0)
})

test('labels are seen from both sides, without what is gone', () => {
  const labels = [
    { id: 'a', name: 'A' },
    { id: 'b', name: 'Bee' },
  ]
  const said = [
    { file: '1', label: 'b' },
    { file: '1', label: 'a' },
    { file: '1', label: 'gone' },
    { file: 'gone', label: 'a' },
    { label: 'a' },
  ]
  const map = mapLabels(labels, said, (id) => id === '1')
  expect(map.labels.get('1')).toEqual(labels)
  expect([...(map.files.get('a') ?? [])]).toEqual(['1'])
  expect(map.files.has('gone')).toBe(false)
  expect(labelNamed(' bee ', labels)?.id).toBe('b')
  expect([labelIdOf(' Sea Side ', labels), labelIdOf('B', labels)]).toEqual(['sea side', undefined])
})

test('a filter shows what all of it holds for', () => {
  const files = [
    file('1', { name: 'Beach.jpg', path: 'Sea/Beach.jpg', device: 'x' }),
    file('2', { name: 'Beach.jpg', path: 'Old/Beach.jpg', device: 'y' }),
    file('3', { name: 'letter.pdf', path: 'letter.pdf', device: 'x' }),
  ]
  const none = { files: new Map() }
  const tags = { files: new Map([['t', new Set(['1', '3'])]]) }
  const ids = (change: object) =>
    filesIn(files, { ...noFilter, ...change }, { tags, albums: none }).map(({ id }) => id)
  expect(filesIn(files, noFilter, { tags, albums: none })).toBe(files)
  expect(ids({ search: ' beach  OLD' })).toEqual(['2'])
  expect(ids({ device: 'x' })).toEqual(['1', '3'])
  expect(ids({ tag: 't', search: 'pdf' })).toEqual(['3'])
  expect(ids({ album: 'nothing' })).toEqual([])
  expect([noFilter, { search: ' ' }, { search: '', tag: 't' }].map(isFiltering)).toEqual([
    false,
    false,
    true,
  ])
})

test('what was found is compared with what is known, path by path', () => {
  const found = ['a', 'b', 'c'].map((name) => ({ path: `x/${name}.jpg`, size: 1, hash: name }))
  const own = [file('1', { path: 'x/a.jpg', hash: 'a' }), file('2', { path: 'x/b.jpg', hash: 'z' })]
  expect(planIndex(found, own, 'card')).toEqual({
    fresh: [{ path: 'x/c.jpg', size: 1, hash: 'c', name: 'c.jpg', kind: 'image', device: 'card' }],
    changed: [{ id: '2', file: found[1] }],
    same: 1,
  })
})

test('a sample is the same for the same device, and half of it for any other', async () => {
  const hashes = async (seed: string, count: number) =>
    Promise.all(sampleFolder(seed, count).map(hashOf))
  const mine = await hashes('a', 100)
  expect(await hashes('a', 60)).toEqual(mine.slice(0, 60))
  const theirs = new Set(await hashes('b', 100))
  expect(mine.filter((hash) => theirs.has(hash))).toHaveLength(50)
  const paths = sampleFolder('a', 2000).map(({ path }) => path)
  expect(new Set(paths).size).toBe(2000)
})

test('a content is known by all of a small file, and by size and both ends of a large one', async () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(await hashOf(foundFile(new File(['abc'], 'a')))).toBe(abc)
  const large = new Uint8Array(9 * 1024 * 1024)
  const of = (change: (bytes: Uint8Array) => void) => {
    const bytes = large.slice()
    change(bytes)
    return hashOf(foundFile(new File([bytes], 'a')))
  }
  const plain = await of(() => undefined)
  expect(await of((bytes) => bytes.fill(1, 0, 1))).not.toBe(plain)
  expect(await of((bytes) => bytes.fill(1, -1))).not.toBe(plain)
})

test('a device has the colour of its person, and no two are alike while there are enough', () => {
  const colors = deviceColors([
    { id: 'b', color: '#1971c2' },
    { id: 'a', color: '#1971c2' },
    { id: 'c' },
    { id: 'd', color: 'url(evil)' },
  ])
  expect(colors.get('a')).toBe('#1971c2')
  expect(new Set(colors.values()).size).toBe(4)
  for (const color of colors.values()) expect(color).toMatch(/^#[0-9a-f]{6}$/)
  const many = deviceColors(Array.from({ length: 30 }, (_, i) => ({ id: String(i) })))
  expect([...many.values()].every((color) => color !== '')).toBe(true)
})
