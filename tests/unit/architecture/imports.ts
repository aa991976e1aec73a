import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'

import ts from 'typescript'

/** Paths are relative to the root of the checkout, with forward slashes: `src/broker/log/append.ts`. */
export interface SourceFile {
  path: string
  imports: string[]
}

/** One rule broken by one import, or by a file's place. */
export interface Violation {
  file: string
  import?: string
  rule: string
}

/**
 * The engine's folders from the ground up. A folder may import itself and every folder of an earlier row; folders of
 * one row do not import one another.
 */
const ENGINE_ROWS = [
  ['protocol'],
  ['security', 'faults'],
  ['network', 'storage', 'metadata'],
  ['log'],
  ['replication'],
  ['share'],
  ['controller', 'groups', 'transactions'],
  ['handlers'],
  ['server'],
  ['supervisor'],
]

/** Files at the root of the engine which each of its folders may import. */
const ENGINE_BASICS = ['src/broker/clock.ts', 'src/broker/logger.ts']
const ENGINE_DOOR = 'src/broker/index.ts'
const ENGINE_PACKAGES = ['better-sqlite3', '@node-rs/crc32', 'fzstd', 're2js', 'yaml']

/** What each process folder may import besides itself. `packages` absent: any. */
const PROCESS_RULES: Record<string, { files: string[]; packages?: (name: string) => boolean }> = {
  shared: { files: [], packages: (name) => name === 'zod' },
  preload: { files: ['src/shared/'], packages: (name) => name === 'electron' },
  renderer: { files: ['src/shared/'], packages: (name) => name !== 'electron' && !name.startsWith('node:') },
  main: { files: ['src/shared/', ENGINE_DOOR] },
  cli: { files: ['src/shared/', ENGINE_DOOR], packages: (name) => name !== 'electron' && name !== 'vue' },
}

const SHAPELESS_FOLDERS = ['utils', 'common', 'services', 'lib']

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function checkEngineImport(from: string, target: string): string | undefined {
  if (!target.startsWith('src/broker/')) return 'the engine imports nothing outside src/broker'
  if (ENGINE_BASICS.includes(target)) return undefined
  if (ENGINE_BASICS.includes(from)) return 'clock.ts and logger.ts stand on nothing of the engine'
  if (from === ENGINE_DOOR) return undefined
  if (target === ENGINE_DOOR) return 'index.ts is the door for the outside; inside, import the file itself'
  const [fromFolder = '', toFolder = ''] = [from, target].map((path) => path.split('/')[2])
  if (fromFolder === toFolder) return undefined
  const [fromRow, toRow] = [fromFolder, toFolder].map((name) =>
    ENGINE_ROWS.findIndex((row) => row.includes(name)),
  )
  if (fromRow === -1 || toRow === -1) return 'unknown place in the engine: give it a row in the layers'
  if (toRow! < fromRow!) return undefined
  return `${fromFolder} may not import ${toFolder}: imports go from the top of the engine to its ground`
}

function checkEnginePackage(name: string): string | undefined {
  if (name.startsWith('node:') || ENGINE_PACKAGES.includes(name)) return undefined
  return `the engine does not use the package ${name}`
}

function checkProcessImport(area: string, target: string): string | undefined {
  const rule = PROCESS_RULES[area]
  if (!rule) return `src/${area} is no part of the tree`
  if (target.startsWith(`src/${area}/`)) return undefined
  if (
    rule.files.some((allowed) => target === allowed || (allowed.endsWith('/') && target.startsWith(allowed)))
  ) {
    return undefined
  }
  return target.startsWith('src/broker/')
    ? `the engine is imported only by ${ENGINE_DOOR}, from src/main and src/cli`
    : `src/${area} may not import ${target}`
}

function checkImport(from: string, specifier: string): string | undefined {
  const area = from.split('/')[1] ?? ''
  if (!specifier.startsWith('.')) {
    const name = packageName(specifier)
    if (area === 'broker') return checkEnginePackage(name)
    const allows = PROCESS_RULES[area]?.packages
    return !allows || allows(name) ? undefined : `src/${area} may not use the package ${name}`
  }
  const target = normalize(join(dirname(from), specifier.replace(/\?.*$/, '')))
    .split(sep)
    .join('/')
  if (/-worker\.ts$/.test(target)) return 'a worker entry is started, never imported'
  return area === 'broker' ? checkEngineImport(from, target) : checkProcessImport(area, target)
}

/** Every broken rule; an empty list is what the project wants. */
export function findViolations(files: SourceFile[]): Violation[] {
  const places = files.flatMap(({ path }) => {
    const shapeless = path.split('/').find((folder) => SHAPELESS_FOLDERS.includes(folder))
    return shapeless
      ? [{ file: path, rule: `a folder called ${shapeless} says nothing about what is in it` }]
      : []
  })
  const imports = files.flatMap(({ path, imports }) =>
    imports.flatMap((specifier) => {
      const rule = checkImport(path, specifier)
      return rule ? [{ file: path, import: specifier, rule }] : []
    }),
  )
  return [...places, ...imports]
}

/** Import specifiers of a module: static, re-exported, type-only and dynamic. */
export function importsOf(path: string, text: string): string[] {
  const code = path.endsWith('.vue')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n')
    : text
  return ts.preProcessFile(code, true, true).importedFiles.map((imported) => imported.fileName)
}

export function readSources(root: string): SourceFile[] {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: relative(root, file).split(sep).join('/'),
      imports: importsOf(file, readFileSync(file, 'utf8')),
    }))
}
