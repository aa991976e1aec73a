import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

interface Surroundings {
  env?: Record<string, string | undefined>
  platform?: NodeJS.Platform
  home?: string
}

/**
 * The folder with all local clusters of this user, one folder a cluster.
 *
 * `OTTLA_HOME` wins; else it is where the platform keeps applications' data.
 */
export function clustersDirectory(surroundings: Surroundings = {}): string {
  const { env = process.env, platform = process.platform, home = homedir() } = surroundings
  return join(env.OTTLA_HOME ? resolve(env.OTTLA_HOME) : dataDirectory(env, platform, home), 'clusters')
}

function dataDirectory(
  env: Record<string, string | undefined>,
  platform: NodeJS.Platform,
  home: string,
): string {
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'ottla')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'ottla')
  // The XDG base directory specification: a relative value is to be ignored.
  const xdg = env.XDG_DATA_HOME
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.local', 'share'), 'ottla')
}
