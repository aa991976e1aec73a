// Debian packages: installed when this runs as root, else named in a sentence the user can paste.

import { onPath, run, SetupError, tail } from './process.mjs'

const isRoot = process.getuid?.() === 0

/**
 * Newer Debian and Ubuntu renamed some libraries (libasound2 is libasound2t64), so the name that exists is asked for.
 * @param {string} name
 */
async function currentName(name) {
  if (!name.startsWith('lib')) return name
  const renamed = await run('apt-cache', ['show', '--no-all-versions', `${name}t64`])
  return renamed.code === 0 ? `${name}t64` : name
}

/**
 * @param {string[]} names
 * @param {string} purpose  Completes "… needed to <purpose>".
 */
export async function aptInstall(names, purpose) {
  if (names.length === 0) return
  if (!onPath('apt-get')) {
    throw new SetupError(
      `These are needed to ${purpose}: ${names.join(', ')} (names as in Debian). ` +
        'Install them with the package manager of this system and run this again.',
    )
  }
  if (!isRoot) {
    throw new SetupError(
      `These packages are needed to ${purpose}: ${names.join(' ')}. ` +
        `Run: sudo apt-get install ${names.join(' ')}`,
    )
  }
  await run('apt-get', ['update'])
  const wanted = await Promise.all(names.map(currentName))
  const result = await run('apt-get', ['install', '-y', '--no-install-recommends', ...wanted], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (result.code !== 0) {
    throw new SetupError(
      `apt-get could not install ${wanted.join(' ')}, needed to ${purpose}:\n${tail(result.output)}\n` +
        'Install them by hand and run this again.',
    )
  }
}
