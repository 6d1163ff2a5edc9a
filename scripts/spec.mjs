/**
 * Compares SPEC.md with the tests: each rule has to be cited at the start of a test's title, as in
 * `[CLK2] …` or `[CLK1, CLK2] …`, and each id that a test or a comment cites has to exist.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { root } from './run.mjs'

const rule = /^- \*\*([A-Z][A-Z\d]*\d)\*\* \S/
const ids = '([A-Z][A-Z\\d]+\\d(?:, ?[A-Z][A-Z\\d]+\\d)*)'
/** A string that begins with ids: the title of a test, wherever the call breaks its lines. */
const title = new RegExp(`['"\`]\\[${ids}\\] `, 'g')
/** Anywhere else, such as in a comment: ids alone in brackets. */
const mention = new RegExp(`\\[${ids}\\]`, 'g')

const findings = []
const rules = readRules()
const sources = ['packages', 'demo', 'test'].flatMap(sourcesOf)
const cited = new Set()

for (const path of sources) {
  const text = readFileSync(`${root}/${path}`, 'utf8')
  if (isTest(path)) for (const id of idsOf(text, title)) cited.add(id)
  for (const id of idsOf(text, mention)) {
    if (!rules.has(id)) findings.push(`${path} cites ${id}, which is no rule of SPEC.md`)
  }
}
for (const [id, line] of rules) {
  if (!cited.has(id)) findings.push(`SPEC.md:${line} no test proves ${id}`)
}

for (const finding of findings) console.error(finding)
console.log(`${rules.size} rules, ${cited.size} cited by tests, ${findings.length} findings`)
process.exitCode = findings.length > 0 ? 1 : 0

function readRules() {
  const found = new Map()
  for (const [i, line] of readFileSync(`${root}/SPEC.md`, 'utf8').split('\n').entries()) {
    const id = rule.exec(line)?.[1]
    if (id === undefined) continue
    if (found.has(id)) findings.push(`SPEC.md:${i + 1} ${id} stands twice`)
    found.set(id, i + 1)
  }
  return found
}

function idsOf(text, pattern) {
  return new Set([...text.matchAll(pattern)].flatMap((match) => match[1].split(/, ?/)))
}

function isTest(path) {
  return /\.(test|test-d|spec|contract|laws)\.tsx?$/.test(path) || path.startsWith('test/')
}

function sourcesOf(folder) {
  return readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path) && !/\/(node_modules|dist)\//.test(path))
    .toSorted()
}
