import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clustersDirectory } from '../../../src/broker/supervisor/directories.ts'

const home = join('/', 'home', 'ada')

test.each([
  ['linux', {}, join(home, '.local', 'share', 'ottla', 'clusters')],
  ['linux', { XDG_DATA_HOME: '/data' }, join('/data', 'ottla', 'clusters')],
  ['linux', { XDG_DATA_HOME: 'relative' }, join(home, '.local', 'share', 'ottla', 'clusters')],
  ['linux', { XDG_DATA_HOME: '' }, join(home, '.local', 'share', 'ottla', 'clusters')],
  ['darwin', { XDG_DATA_HOME: '/data' }, join(home, 'Library', 'Application Support', 'ottla', 'clusters')],
  ['win32', { APPDATA: join('/', 'roaming') }, join('/', 'roaming', 'ottla', 'clusters')],
  ['win32', {}, join(home, 'AppData', 'Roaming', 'ottla', 'clusters')],
] as const)('on %s with %o the clusters are in %s', (platform, env, expected) => {
  expect(clustersDirectory({ platform, env, home })).toBe(expected)
})

test.each(['linux', 'darwin', 'win32'] as const)('OTTLA_HOME wins on %s', (platform) => {
  const env = { OTTLA_HOME: '/srv/ottla', XDG_DATA_HOME: '/data', APPDATA: '/roaming' }

  expect(clustersDirectory({ platform, env, home })).toBe(join('/srv/ottla', 'clusters'))
})

test('a relative OTTLA_HOME is seen from the working directory', () => {
  expect(clustersDirectory({ env: { OTTLA_HOME: 'here' } })).toBe(join(process.cwd(), 'here', 'clusters'))
})
