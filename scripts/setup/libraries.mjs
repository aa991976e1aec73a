// System libraries and programs: what Electron links to under Linux, and what the test suites call.

import { existsSync } from 'node:fs'

import { findElectron } from '../electron-path.mjs'
import { aptInstall } from './apt.mjs'
import { onPath, run, SetupError } from './process.mjs'

const PACKAGE_OF_LIBRARY = /** @type {Record<string, string>} */ ({
  'libX11.so.6': 'libx11-6',
  'libXcomposite.so.1': 'libxcomposite1',
  'libXdamage.so.1': 'libxdamage1',
  'libXext.so.6': 'libxext6',
  'libXfixes.so.3': 'libxfixes3',
  'libXrandr.so.2': 'libxrandr2',
  'libasound.so.2': 'libasound2',
  'libatk-1.0.so.0': 'libatk1.0-0',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libatspi.so.0': 'libatspi2.0-0',
  'libcairo.so.2': 'libcairo2',
  'libcups.so.2': 'libcups2',
  'libdbus-1.so.3': 'libdbus-1-3',
  'libdrm.so.2': 'libdrm2',
  'libexpat.so.1': 'libexpat1',
  'libgbm.so.1': 'libgbm1',
  'libgio-2.0.so.0': 'libglib2.0-0',
  'libglib-2.0.so.0': 'libglib2.0-0',
  'libgobject-2.0.so.0': 'libglib2.0-0',
  'libgtk-3.so.0': 'libgtk-3-0',
  'libnspr4.so': 'libnspr4',
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libpango-1.0.so.0': 'libpango-1.0-0',
  'libudev.so.1': 'libudev1',
  'libxcb.so.1': 'libxcb1',
  'libxkbcommon.so.0': 'libxkbcommon0',
})

/** @param {string} binary */
async function missingLibraries(binary) {
  const { output } = await run('ldd', [binary])
  return [...output.matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1] ?? '')
}

async function installLibraries() {
  const binary = findElectron()
  if (process.platform !== 'linux' || !binary) return
  const missing = await missingLibraries(binary)
  const packages = new Set(missing.map((library) => PACKAGE_OF_LIBRARY[library] ?? library))
  await aptInstall([...packages], 'show a window with Electron')
  const still = await missingLibraries(binary)
  if (still.length === 0) return
  throw new SetupError(
    `Electron still misses ${still.join(', ')}. Install what provides them and run this again.`,
  )
}

/** @type {import('./steps.mjs').Step} */
export const libraries = {
  id: 'libraries',
  title: 'Checking the system libraries of Electron',
  after: ['electron'],
  key: () => `${process.platform} ${findElectron()}`,
  intact: () => true,
  run: installLibraries,
}

const hasDisplay = Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)

const TEST_TOOLS = [
  { packages: ['xvfb', 'xauth'], there: () => hasDisplay || (onPath('xvfb-run') && onPath('xauth')) },
  { packages: ['kcat'], there: () => onPath('kcat') },
  {
    packages: ['fonts-noto-cjk'],
    there: () => existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'),
  },
]

const missingTools = () => TEST_TOOLS.filter((tool) => !tool.there()).flatMap((tool) => tool.packages)

/** @type {import('./steps.mjs').Step} */
export const testTools = {
  id: 'test-tools',
  title: 'Checking the programs the tests call',
  after: ['libraries'], // apt takes one caller at a time
  key: () => process.platform,
  intact: () => process.platform !== 'linux' || missingTools().length === 0,
  run: async () => {
    if (process.platform === 'linux') await aptInstall(missingTools(), 'run the tests')
  },
}
