/**
 * Compares the public API of each package with its committed `api-report.md`; with `--write` the
 * reports are brought up to date. Reads the built declarations.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { packages, root } from './run.mjs'

const cache = `${root}/.cache/api`
const silent = { default: { logLevel: 'none' } }

/** For the TypeScript that API Extractor brings along. */
const compilerOptions = {
  module: 'nodenext',
  moduleResolution: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'dom'],
  types: [],
  skipLibCheck: true,
}

const write = process.argv.includes('--write')
mkdirSync(cache, { recursive: true })

const stale = packages.filter((name) => !isUpToDate(name))
if (stale.length > 0) {
  console.error(`The public API of ${stale.join(', ')} changed. If that is meant: npm run api`)
  process.exit(1)
}

function isUpToDate(name) {
  const path = `${root}/packages/${name}/api-report.md`
  const report = reportOf(name)
  if (write) writeFileSync(path, report)
  return existsSync(path) && readFileSync(path, 'utf8') === report
}

function reportOf(name) {
  const manifest = JSON.parse(readFileSync(`${root}/packages/${name}/package.json`, 'utf8'))
  const sections = Object.entries(manifest.exports)
    .filter(([subpath, { source }]) => source !== undefined && subpath !== './testing')
    .map(([subpath, { types }]) => {
      const title = manifest.name + subpath.slice(1)
      return `## ${title}\n\n${declarations(`${root}/packages/${name}`, types, title)}`
    })
  return ['# Public API', 'Written by `npm run api`.', ...sections].join('\n\n')
}

/** The exported declarations of one entry point, as a Markdown code block. */
function declarations(projectFolder, entry, title) {
  const entryFile = `${projectFolder}/${entry}`
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: `${projectFolder}/package.json`,
    configObject: {
      projectFolder,
      mainEntryPointFilePath: entryFile,
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: title.replace(/\W+/g, '-'),
        reportFolder: cache,
        reportTempFolder: `${cache}/temp`,
      },
      compiler: { overrideTsconfig: { compilerOptions, files: [entryFile] } },
      messages: { extractorMessageReporting: silent, tsdocMessageReporting: silent },
    },
  })
  Extractor.invoke(config, { localBuild: true, messageCallback: keepErrors })
  const report = readFileSync(config.reportFilePath, 'utf8')
  return report.slice(report.indexOf('```ts')).replace(/\/\/ \(No @packageDoc.*\)\n\n/, '')
}

/** Reports of changes are ours to make; API Extractor only speaks of errors. */
function keepErrors(message) {
  message.handled = message.logLevel !== 'error'
}
