import { existsSync, readFileSync } from 'node:fs'

/** The version in the package.json this program came with, be it run from source or bundled. */
export function version(): string {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const file = new URL('package.json', folder)
    if (existsSync(file))
      return String((JSON.parse(readFileSync(file, 'utf8')) as { version: unknown }).version)
    if (folder.pathname === new URL('..', folder).pathname) return 'of unknown version'
  }
}
