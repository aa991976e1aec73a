import { join } from 'node:path'
import { runProgram } from '../../clients/program.ts'
import { fetchJars, jarFolder } from '../maven.ts'

const FOLDER = import.meta.dirname
/** Names the folder of its jars; pom.xml has it too. */
const JARS = 'java-4.4.0'

/** Fetches the Java client's jars once. Returns why they cannot be had, or null. */
export function prepareJava(): string | null {
  return fetchJars(join(FOLDER, 'pom.xml'), JARS)
}

/** Runs a program of this folder; what it said, line by line as `name=value`. */
export async function runJava(program: string, ...args: string[]): Promise<Record<string, number>> {
  const jars = join(jarFolder(JARS), '*')
  const { code, out, err } = await runProgram('java', [
    '-Xmx256m',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    jars,
    join(FOLDER, `${program}.java`),
    ...args,
  ])
  if (code !== 0) throw new Error(`${out}${err}`)
  return Object.fromEntries(
    out
      .trim()
      .split('\n')
      .map((line) => line.split('='))
      .map(([name = '', value]) => [name, Number(value)]),
  )
}
