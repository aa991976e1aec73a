import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../../clients/program.ts'

const FOLDER = import.meta.dirname
const LIBRARIES = join(FOLDER, '../../../node_modules/.cache/ottla-interop/java')
const DOWNLOAD_TIMEOUT_MS = 180_000

/** Fetches the Java client's jars once. Returns why they cannot be had, or null. */
export function prepareJava(): string | null {
  if (spawnSync('java', ['-version']).status !== 0) return 'there is no Java on this machine'
  if (existsSync(LIBRARIES)) return null
  const got = spawnSync(
    'mvn',
    ['-q', '-f', join(FOLDER, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${LIBRARIES}`],
    { encoding: 'utf8', timeout: DOWNLOAD_TIMEOUT_MS },
  )
  if (got.error) return 'there is no Maven on this machine'
  return got.status === 0 ? null : `Maven could not fetch the Java client: ${got.stdout.trim()}`
}

/** Runs RoundTrip.java; what it said, line by line as `name=value`. */
export async function roundTrip(
  bootstrapServers: string,
  compression: string,
): Promise<Record<string, number>> {
  const program = join(FOLDER, 'RoundTrip.java')
  const { code, out, err } = await runProgram('java', [
    '-cp',
    join(LIBRARIES, '*'),
    program,
    bootstrapServers,
    compression,
  ])
  if (code !== 0) throw new Error(err)
  return Object.fromEntries(
    out
      .trim()
      .split('\n')
      .map((line) => line.split('='))
      .map(([name = '', value]) => [name, Number(value)]),
  )
}
