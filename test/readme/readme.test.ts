import { limits } from '@react-collab/core'
import { defaultLimits } from '@react-collab/server'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as main from 'react-collab'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Below the workspace, so that the packages are found as an app finds them: built. */
const folder = join(root, 'test/dist/readme')

const readmes = [
  'README.md',
  'packages/core/README.md',
  'packages/react-collab/README.md',
  'packages/server/README.md',
] as const

const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

interface Block {
  /** Its file: the README's folder, and the line where the block begins. */
  readonly file: string
  readonly code: string
}

/** The code blocks of a README that a compiler understands. */
function blocksOf(path: string): Block[] {
  const text = textOf(path)
  return [...text.matchAll(/^```(tsx?|js)\n(.*?)^```$/gms)].map(({ 1: kind, 2: code, index }) => {
    const line = text.slice(0, index).split('\n').length + 1
    return { file: `${path.replaceAll('/', '-')}-${line}.${kind}`, code: code ?? '' }
  })
}

/** What an app made by Vite asks of its code, and no more. */
const compilerOptions = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  jsx: 'react-jsx',
  types: ['node'],
  strict: true,
  noEmit: true,
  allowJs: true,
  checkJs: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  skipLibCheck: true,
}

/** What the compiler says to all blocks together, each a module of its own. */
function compile(blocks: readonly Block[]): Promise<string> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { file, code } of blocks) writeFileSync(join(folder, file), code)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  const tsc = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  )
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], (error, stdout, stderr) =>
      resolve(error === null ? '' : stdout + stderr || error.message),
    )
  })
}

test('[DOC1] every code block of a README compiles as it stands, with its imports', async () => {
  const blocks = readmes.flatMap(blocksOf)
  expect(blocks.length).toBeGreaterThan(6)
  expect(await compile(blocks)).toBe('')
}, 60_000)

test('[DOC1] a block with an undeclared name would be noticed', async () => {
  expect(await compile([{ file: 'wrong.ts', code: 'console.log(nobody)\n' }])).toContain('nobody')
}, 60_000)

test('[DOC2] the table of limits says what the limits are', () => {
  const [, table = ''] = textOf('README.md').split('\n## Limits\n')
  const { joins, eventBurst, eventsPerSecond } = defaultLimits
  const said = [
    `${limits.valueBytes / 1024} KiB of text`,
    `${limits.keys.toLocaleString('en')} keys`,
    `${limits.depth} levels`,
    `${limits.patches} fields, ${limits.eventBytes / 1024} KiB`,
    `${limits.nameLength} characters`,
    `| ${limits.presenceBytes / 1024} KiB |`,
    `| ${joins} (`,
    `${eventBurst.toLocaleString('en')}, then ${eventsPerSecond.toLocaleString('en')} a second`,
  ]
  for (const words of said) expect(table).toContain(words)
})

test('[DOC3] no example compares a part of a name where it decides about access', () => {
  const deciding = readmes.flatMap(blocksOf).filter(({ code }) => code.includes('authorize'))
  expect(deciding.length).toBeGreaterThan(1)
  for (const { code } of deciding) {
    expect(code).not.toMatch(/(object|principal)\.(startsWith|endsWith|includes|match)\(/)
  }
})

/** The name by which a link leads to a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

/** Whether a link of a file leads to a file that is there, and to a heading in it. */
function leads(path: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? path : join(dirname(path), file)
  if (!existsSync(join(root, target))) return false
  if (anchor === undefined) return true
  return [...textOf(target).matchAll(/^#+ (.*)$/gm)].some(([, it = '']) => anchorOf(it) === anchor)
}

test('[DOC4] every link inside the project leads to what is there', () => {
  const pages = [...readmes, 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SPEC.md']
  const links = pages.flatMap((path) =>
    [...textOf(path).matchAll(/\]\(([^)\s]+)\)/g)]
      .filter(([, link = '']) => !link.includes('://'))
      .map(([, link = '']) => ({ path, link })),
  )
  expect(links.length).toBeGreaterThan(20)
  expect(links.filter(({ path, link }) => !leads(path, link))).toEqual([])
  expect(leads('README.md', 'packages/core/README.md#nowhere')).toBe(false)
})

test('[DOC5] the README of a package names every import that the package has', () => {
  const text = textOf('packages/react-collab/README.md')
  const { exports } = JSON.parse(textOf('packages/react-collab/package.json'))
  const imports = Object.keys(exports).filter((path) => path !== './package.json')
  for (const path of imports) expect(text).toContain(`| \`react-collab${path.slice(1)}\` |`)
  const [row = ''] = text.split('\n').filter((line) => line.startsWith('| `react-collab` |'))
  const named = [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name)
  expect(named.sort()).toEqual(Object.keys(main).sort())
})
