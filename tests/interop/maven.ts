import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/ottla-interop')
const DOWNLOAD_TIMEOUT_MS = 180_000

/** Where the jars of one pom are kept. */
export function jarFolder(name: string): string {
  return join(CACHE, name)
}

/** Fetches the jars a pom names, once. Returns why they cannot be had, or null. */
export function fetchJars(pom: string, name: string): string | null {
  if (spawnSync('java', ['-version']).status !== 0) return 'there is no Java on this machine'
  if (existsSync(jarFolder(name))) return null
  const got = spawnSync(
    'mvn',
    ['-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jarFolder(name)}`],
    { encoding: 'utf8', timeout: DOWNLOAD_TIMEOUT_MS },
  )
  if (got.error) return 'there is no Maven on this machine'
  return got.status === 0 ? null : `Maven could not fetch the jars: ${got.stdout.trim()}`
}
